import { findTroubles, isBackplaneConnected } from "@/server/domain/readiness";
import { Refused } from "@/server/domain/refused";
import { ok } from "../answers";
import { routes } from "../routes";

/**
 * Whether to send people here: the database answers and is migrated. A backplane that is away is told but
 * keeps nobody out: it is away for every process, and the chat goes on from the database.
 */
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({ GET: ready }, { isCounted: false });

async function ready(): Promise<Response> {
  const troubles = await findTroubles();
  if (troubles.length > 0) throw new Refused("overloaded", troubles.join(" "));
  return ok({ status: "ready", backplane: isBackplaneConnected() ? "connected" : "away" });
}
