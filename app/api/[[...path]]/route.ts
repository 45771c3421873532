import { Refused } from "@/server/domain/refused";
import { type Call, routes } from "../routes";

async function nothing({ request }: Call): Promise<never> {
  throw new Refused("not_found", `There is nothing at ${new URL(request.url).pathname}: see docs/rest.md.`);
}

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: nothing,
  POST: nothing,
  PUT: nothing,
  PATCH: nothing,
  DELETE: nothing,
});
