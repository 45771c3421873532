import { roomChanges } from "@/server/domain/fields";
import { requireRoom, updateRoom } from "@/server/domain/rooms";
import { ok } from "../../answers";
import { routes, signedIn } from "../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param }) => ok(await requireRoom(viewer, param("room")))),
  PATCH: signedIn(async ({ viewer, param, body }) =>
    ok(await updateRoom(viewer, param("room"), await body(roomChanges))),
  ),
});
