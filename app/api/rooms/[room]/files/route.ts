import { z } from "zod";
import { PAGE_MAX_SIZE, SEARCH_MAX_LENGTH } from "@/protocol/limits";
import { newFile } from "@/server/domain/files/fields";
import { listFiles } from "@/server/domain/files/listing";
import { beginUpload } from "@/server/domain/files/uploads";
import { created, ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";
import { wholeNumber } from "../../../whole-number";

const page = z.object({
  show: z.enum(["pictures", "files"], 'show is "pictures" or "files".').optional(),
  q: z.string().max(SEARCH_MAX_LENGTH, `q has at most ${SEARCH_MAX_LENGTH} characters.`).optional(),
  before: z.guid("before is a file's id.").optional(),
  limit: wholeNumber("limit", 1, PAGE_MAX_SIZE).optional(),
});

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param, query }) => ok(await listFiles(viewer, param("room"), query(page)))),
  POST: signedIn(async ({ viewer, param, body }) =>
    created(await beginUpload(viewer, param("room"), await body(newFile))),
  ),
});
