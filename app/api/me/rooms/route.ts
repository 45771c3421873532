import { listMyRooms } from "@/server/domain/room-directory";
import { ok } from "../../answers";
import { routes, signedIn } from "../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer }) => ok({ rooms: await listMyRooms(viewer) })),
});
