import type { Metadata } from "next";
import { BrowseRooms, type Shown } from "@/components/browse-rooms/browse-rooms";
import { SEARCH_MAX_LENGTH } from "@/protocol/limits";
import { browseRooms } from "@/server/domain/room-directory";
import { requireViewer } from "../../session";

export const metadata: Metadata = { title: "Browse rooms" };

type BrowsePageProps = { searchParams: Promise<Record<"q" | "show", string | string[] | undefined>> };

export default async function BrowsePage({ searchParams }: BrowsePageProps) {
  const viewer = await requireViewer();
  const { q, show } = await searchParams;
  const query = typeof q === "string" ? q.slice(0, SEARCH_MAX_LENGTH).trim() : "";
  const shown: Shown = show === "joined" || show === "archived" ? show : "public";
  const first = await browseRooms(viewer, { query, filter: shown });
  return <BrowseRooms query={query} shown={shown} first={first} />;
}
