import { PAGE_MAX_SIZE } from "@/protocol/limits";
import { accountsAsked, listAccounts } from "@/server/domain/administration";
import { ok } from "../../answers";
import { routes, signedIn } from "../../routes";
import { wholeNumber } from "../../whole-number";

const asked = accountsAsked.extend({ limit: wholeNumber("limit", 1, PAGE_MAX_SIZE).optional() });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, query }) => ok(await listAccounts(viewer, query(asked)))),
});
