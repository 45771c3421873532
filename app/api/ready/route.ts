import { findTroubles } from "@/server/domain/readiness";
import { Refused } from "@/server/domain/refused";
import { ok } from "../answers";
import { routes } from "../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async () => {
    const troubles = await findTroubles();
    if (troubles.length > 0) throw new Refused("overloaded", troubles.join(" "));
    return ok({ status: "ready" });
  },
});
