import { changeAccount } from "@/server/domain/account";
import { accountChanges } from "@/server/domain/fields";
import { ok } from "../answers";
import { toUser } from "../me";
import { routes, signedIn } from "../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer }) => ok(toUser(viewer))),
  PATCH: signedIn(async ({ proof, body }) => ok(toUser(await changeAccount(proof, await body(accountChanges))))),
});
