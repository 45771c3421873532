import { z } from "zod";
import { PAGE_MAX_SIZE, SEARCH_MAX_LENGTH } from "@/protocol/limits";
import { listLinks } from "@/server/domain/links/listing";
import { ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";
import { wholeNumber } from "../../../whole-number";

const page = z.object({
  q: z.string().max(SEARCH_MAX_LENGTH, `q has at most ${SEARCH_MAX_LENGTH} characters.`).optional(),
  before: z.guid("before is a link's id.").optional(),
  limit: wholeNumber("limit", 1, PAGE_MAX_SIZE).optional(),
});

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param, query }) => ok(await listLinks(viewer, param("room"), query(page)))),
});
