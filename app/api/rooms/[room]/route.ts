import { roomChanges } from "@/server/domain/fields";
import { deleteRoom } from "@/server/domain/room-deletion";
import { requireRoom, updateRoom } from "@/server/domain/rooms";
import { done, ok } from "../../answers";
import { routes, signedIn } from "../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param }) => ok(await requireRoom(viewer, param("room")))),
  PATCH: signedIn(async ({ viewer, param, body }) =>
    ok(await updateRoom(viewer, param("room"), await body(roomChanges))),
  ),
  DELETE: signedIn(async ({ viewer, param }) => {
    await deleteRoom(viewer, param("room"));
    return done();
  }),
});
