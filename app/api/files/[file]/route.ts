import { fileChanges } from "@/server/domain/files/fields";
import { describeFile, discardFile, findUpload } from "@/server/domain/files/uploads";
import { done, ok } from "../../answers";
import { routes, signedIn } from "../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param }) => ok(await findUpload(viewer, param("file")))),
  PATCH: signedIn(async ({ viewer, param, body }) =>
    ok(await describeFile(viewer, param("file"), await body(fileChanges))),
  ),
  DELETE: signedIn(async ({ viewer, param }) => {
    await discardFile(viewer, param("file"));
    return done();
  }),
});
