import { ok } from "../../answers";
import { toUser } from "../../me";
import { routes, signedIn } from "../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer }) => ok(toUser(viewer))),
});
