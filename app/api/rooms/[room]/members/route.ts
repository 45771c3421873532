import { z } from "zod";
import { PAGE_MAX_SIZE } from "@/protocol/limits";
import { inviteByEmail } from "@/server/domain/invites";
import { addMember, listMembers } from "@/server/domain/memberships";
import type { Viewer } from "@/server/domain/viewer";
import { created, ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";
import { wholeNumber } from "../../../whole-number";

const page = z.object({ after: z.string().optional(), limit: wholeNumber("limit", 1, PAGE_MAX_SIZE).optional() });
const somebodyToAdd = z.union(
  [z.object({ email: z.string() }), z.object({ userId: z.string() })],
  "Say whom to add: an email or a userId.",
);

/** A person is added; an address gets a link to be sent there, whether or not somebody has an account with it. */
async function add(viewer: Viewer, room: string, somebody: z.output<typeof somebodyToAdd>) {
  if ("userId" in somebody) return addMember(viewer, room, somebody.userId);
  return { invite: await inviteByEmail(viewer, room, somebody.email) };
}

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param, query }) => ok(await listMembers(viewer, param("room"), query(page)))),
  POST: signedIn(async ({ viewer, param, body }) =>
    created(await add(viewer, param("room"), await body(somebodyToAdd))),
  ),
});
