import { revokeToken } from "@/server/domain/tokens";
import { done } from "../../answers";
import { routes, signedIn } from "../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: signedIn(async ({ viewer, param }) => {
    await revokeToken(viewer, param("token"));
    return done();
  }),
});
