import { fileLimits } from "@/server/domain/files/limits";
import { ok } from "../answers";
import { routes, signedIn } from "../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async () => ok(fileLimits())),
});
