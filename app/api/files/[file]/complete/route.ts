import { completeUpload } from "@/server/domain/files/completion";
import { completion } from "@/server/domain/files/fields";
import { ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: signedIn(async ({ viewer, param, body }) =>
    ok(await completeUpload(viewer, param("file"), await body(completion))),
  ),
});
