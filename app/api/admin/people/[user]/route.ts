import { z } from "zod";
import { requireAdministrator, setActive, setServerRole } from "@/server/domain/administration";
import { requireConfirmed } from "@/server/domain/confirmation";
import { Refused } from "@/server/domain/refused";
import { ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";

const changes = z.object({
  active: z.boolean("active is true or false.").optional(),
  role: z.enum(["owner", "member"], 'role is "owner" or "member".').optional(),
  /** For a change of the role, unless the session gave it within the last ten minutes. */
  currentPassword: z.string("currentPassword is a string.").optional(),
});

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PATCH: signedIn(async ({ viewer, proof, param, body }) => {
    requireAdministrator(viewer);
    const { active, role, currentPassword } = await body(changes);
    if (role !== undefined) await requireConfirmed(proof, currentPassword);
    const user = param("user");
    const activated = active === undefined ? null : await setActive(viewer, user, active);
    const changed = role === undefined ? activated : await setServerRole(viewer, user, role);
    if (!changed) throw new Refused("invalid", "Send active or role.", { field: "active" });
    return ok(changed);
  }),
});
