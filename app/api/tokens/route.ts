import { z } from "zod";
import { credentials, newToken } from "@/server/domain/fields";
import { createToken, listTokens, revokeToken } from "@/server/domain/tokens";
import { signIn } from "@/server/domain/users";
import { created, done, ok } from "../answers";
import { requireProof } from "../caller";
import { routes, signedIn } from "../routes";

/** With an address and a password, a bot gets its first token without a browser. */
const body = newToken.extend(credentials.partial().shape);
const which = z.object({ id: z.string("Give the token's id.") });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer }) => ok({ tokens: await listTokens(viewer) })),

  POST: async (call) => {
    const { name, email, password = "" } = await call.body(body);
    const viewer =
      email === undefined
        ? (await requireProof(call.request)).viewer
        : await signIn({ email, password, address: call.address });
    return created(await createToken(viewer, { name }));
  },

  DELETE: signedIn(async ({ viewer, body }) => {
    await revokeToken(viewer, (await body(which)).id);
    return done();
  }),
});
