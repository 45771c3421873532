import { newRoom } from "@/server/domain/fields";
import { createRoom, listRooms } from "@/server/domain/rooms";
import { created, ok } from "../answers";
import { routes, signedIn } from "../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer }) => ok({ rooms: await listRooms(viewer) })),
  POST: signedIn(async ({ viewer, body }) => created(await createRoom(viewer, await body(newRoom)))),
});
