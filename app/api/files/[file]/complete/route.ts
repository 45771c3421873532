import { completeUpload } from "@/server/domain/files/completion";
import { completion } from "@/server/domain/files/fields";
import { ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";

// A store may take minutes to copy a large file.
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    POST: signedIn(async ({ viewer, param, body }) =>
      ok(await completeUpload(viewer, param("file"), await body(completion))),
    ),
  },
  { deadlineMs: null },
);
