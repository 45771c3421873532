import { listRemoved } from "@/server/domain/removals";
import { ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param }) => ok({ people: await listRemoved(viewer, param("room")) })),
});
