import { cache } from "react";
import { Refused } from "@/server/domain/refused";
import { type RoomSummary, requireRoom } from "@/server/domain/rooms";
import { requireViewer } from "../../session";

/** The room of an address, asked for once a request; null when there is none that the viewer may see. */
export const findRoom = cache(async (slug: string): Promise<RoomSummary | null> => {
  const viewer = await requireViewer();
  try {
    return await requireRoom(viewer, decodeURIComponent(slug));
  } catch (error) {
    if (error instanceof Refused && error.code === "not_found") return null;
    throw error;
  }
});
