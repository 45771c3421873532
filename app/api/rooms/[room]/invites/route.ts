import { newInvite } from "@/server/domain/fields";
import { createInvite, listInvites } from "@/server/domain/invites";
import { created, ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";

const body = newInvite.omit({ room: true });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param }) => ok({ invites: await listInvites(viewer, param("room")) })),
  POST: signedIn(async (call) =>
    created(await createInvite(call.viewer, { ...(await call.body(body)), room: call.param("room") })),
  ),
});
