import { newFile } from "@/server/domain/files/fields";
import { beginUpload } from "@/server/domain/files/uploads";
import { created } from "../../../answers";
import { routes, signedIn } from "../../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: signedIn(async ({ viewer, param, body }) =>
    created(await beginUpload(viewer, param("room"), await body(newFile))),
  ),
});
