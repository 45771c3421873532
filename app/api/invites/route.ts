import { newInvite } from "@/server/domain/fields";
import { createInvite, listInvites } from "@/server/domain/invites";
import { created, ok } from "../answers";
import { routes, signedIn } from "../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer }) => ok({ invites: await listInvites(viewer) })),
  POST: signedIn(async ({ viewer, body }) => created(await createInvite(viewer, await body(newInvite)))),
});
