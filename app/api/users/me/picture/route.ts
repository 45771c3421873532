import { newFile } from "@/server/domain/files/fields";
import { beginOwnPortrait, removeOwnPortrait } from "@/server/domain/files/portraits";
import { created, done } from "../../../answers";
import { routes, signedIn } from "../../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: signedIn(async ({ viewer, body }) => created(await beginOwnPortrait(viewer, await body(newFile)))),
  DELETE: signedIn(async ({ viewer }) => {
    await removeOwnPortrait(viewer);
    return done();
  }),
});
