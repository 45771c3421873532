import { newFile } from "@/server/domain/files/fields";
import { beginRoomPortrait, removeRoomPortrait } from "@/server/domain/files/portraits";
import { created, done } from "../../../answers";
import { routes, signedIn } from "../../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: signedIn(async ({ viewer, param, body }) =>
    created(await beginRoomPortrait(viewer, param("room"), await body(newFile))),
  ),
  DELETE: signedIn(async ({ viewer, param }) => {
    await removeRoomPortrait(viewer, param("room"));
    return done();
  }),
});
