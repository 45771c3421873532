import { z } from "zod";
import { PAGE_MAX_SIZE } from "@/protocol/limits";
import { addMember, listMembers } from "@/server/domain/memberships";
import { created, ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";
import { wholeNumber } from "../../../whole-number";

const page = z.object({ after: z.string().optional(), limit: wholeNumber("limit", 1, PAGE_MAX_SIZE).optional() });
const somebody = z.union(
  [z.object({ email: z.string() }), z.object({ userId: z.string() })],
  "Say whom to add: an email or a userId.",
);

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param, query }) => ok(await listMembers(viewer, param("room"), query(page)))),
  POST: signedIn(async ({ viewer, param, body }) =>
    created(await addMember(viewer, param("room"), await body(somebody))),
  ),
});
