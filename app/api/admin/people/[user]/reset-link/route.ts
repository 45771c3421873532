import { z } from "zod";
import { createResetLinkFor, requireAdministrator } from "@/server/domain/administration";
import { requireConfirmed } from "@/server/domain/confirmation";
import { created } from "../../../../answers";
import { routes, signedIn } from "../../../../routes";

const confirmation = z.object({ currentPassword: z.string("currentPassword is a string.").optional() });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: signedIn(async ({ viewer, proof, param, body }) => {
    requireAdministrator(viewer);
    await requireConfirmed(proof, (await body(confirmation)).currentPassword);
    return created(await createResetLinkFor(viewer, param("user")));
  }),
});
