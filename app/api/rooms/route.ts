import { PAGE_MAX_SIZE } from "@/protocol/limits";
import { newRoom } from "@/server/domain/fields";
import { browseRooms, roomsAsked } from "@/server/domain/room-directory";
import { createRoom } from "@/server/domain/rooms";
import { created, ok } from "../answers";
import { routes, signedIn } from "../routes";
import { wholeNumber } from "../whole-number";

const page = roomsAsked.extend({ limit: wholeNumber("limit", 1, PAGE_MAX_SIZE).optional() });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, query }) => ok(await browseRooms(viewer, query(page)))),
  POST: signedIn(async ({ viewer, body }) => created(await createRoom(viewer, await body(newRoom)))),
});
