import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AdministrationPage } from "@/components/administration/administration-page";
import { Rooms } from "@/components/administration/rooms";
import { canAdminister } from "@/server/domain/permissions";
import { listServerRooms } from "@/server/domain/room-administration";
import { requireViewer } from "../../session";

export const metadata: Metadata = { title: "Rooms" };

export default async function ServerRoomsPage() {
  const viewer = await requireViewer();
  if (!canAdminister(viewer)) notFound();
  return (
    <AdministrationPage current="Rooms">
      <Rooms first={await listServerRooms(viewer)} />
    </AdministrationPage>
  );
}
