import { z } from "zod";
import { requireAdministrator } from "@/server/domain/administration";
import { requireConfirmed } from "@/server/domain/confirmation";
import { Refused } from "@/server/domain/refused";
import { deleteAnyRoom } from "@/server/domain/room-administration";
import { done } from "../../../answers";
import { routes, signedIn } from "../../../routes";

const confirmation = z.object({
  /** Unless the session gave it within the last ten minutes. */
  currentPassword: z.string("currentPassword is a string.").optional(),
});

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: signedIn(async ({ viewer, proof, param, body }) => {
    requireAdministrator(viewer);
    const { currentPassword } = await body(confirmation);
    await requireConfirmed(proof, currentPassword);
    if (!(await deleteAnyRoom(viewer, param("room")))) {
      throw new Refused("not_found", "There is no such room, or it is the lobby, which stays.");
    }
    return done();
  }),
});
