import { z } from "zod";
import { requireConfirmed } from "@/server/domain/confirmation";
import { credentials, newToken } from "@/server/domain/fields";
import { Refused } from "@/server/domain/refused";
import { createToken, listTokens, revokeToken } from "@/server/domain/tokens";
import { signIn } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";
import { created, done, ok } from "../answers";
import { requireProof } from "../caller";
import { routes, signedIn } from "../routes";

/** With an address and a password, a bot gets its first token without a browser. */
const body = newToken.extend({
  ...credentials.partial().shape,
  currentPassword: z.string("currentPassword is a string.").optional(),
});
const which = z.object({ id: z.string("Give the token's id.") });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer }) => ok({ tokens: await listTokens(viewer) })),

  POST: async (call) => {
    const { name, expiresInDays, email, password = "", currentPassword } = await call.body(body);
    const viewer =
      email === undefined
        ? await requireConfirmedSession(call.request, currentPassword)
        : await signIn({ email, password, ...call.origin });
    return created(await createToken(viewer, { name, expiresInDays }));
  },

  DELETE: signedIn(async ({ viewer, body }) => {
    await revokeToken(viewer, (await body(which)).id);
    return done();
  }),
});

/** A token makes no tokens: one that was lost would outlive its own end. */
async function requireConfirmedSession(request: Request, currentPassword: string | undefined): Promise<Viewer> {
  const proof = await requireProof(request);
  if (proof.kind === "token") {
    throw new Refused("forbidden", "A token cannot create tokens: send your email address and password instead.");
  }
  await requireConfirmed(proof, currentPassword);
  return proof.viewer;
}
