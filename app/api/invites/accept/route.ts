import { z } from "zod";
import { acceptInvite } from "@/server/domain/invites";
import { ok } from "../../answers";
import { routes, signedIn } from "../../routes";

const body = z.object({ token: z.string("Give the invite's token: the end of its link.") });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: signedIn(async (call) => ok({ room: await acceptInvite(call.viewer, (await call.body(body)).token) })),
});
