import { ok } from "../answers";
import { routes } from "../routes";

/** The process is alive and answers; whether it can serve is /api/ready's to say. */
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  { GET: async () => ok({ status: "ok" }) },
  { isCounted: false },
);
