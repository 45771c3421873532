import { revokeInvite } from "@/server/domain/invites";
import { done } from "../../answers";
import { routes, signedIn } from "../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: signedIn(async ({ viewer, param }) => {
    await revokeInvite(viewer, param("invite"));
    return done();
  }),
});
