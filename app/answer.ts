import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import type { ActionResult } from "@/components/ui/action-result";
import { isDatabaseAway } from "@/server/domain/database-away";
import { Refused } from "@/server/domain/refused";
import { countRequestFrom } from "@/server/domain/request-rates";
import { log } from "@/server/log";
import { findOrigin } from "./session";

/** Runs what a server action does; a refusal becomes its answer, and what nobody expected is logged and not shown. */
export async function answer<Value>(act: () => Promise<Value>): Promise<ActionResult<Value>> {
  try {
    countRequestFrom((await findOrigin()).address);
    return { ok: true, value: await act() };
  } catch (error) {
    unstable_rethrow(error);
    if (error instanceof Refused) return { ok: false, error: error.toPayload() };
    const requestId = (await headers()).get("x-adda-request-id");
    if (isDatabaseAway(error)) {
      log.warn({ err: error, requestId }, "The database is away: a server action was put off.");
      return { ok: false, error: { code: "overloaded", message: "Not now: please try again shortly." } };
    }
    log.error({ err: error, requestId }, "A server action failed.");
    return {
      ok: false,
      error: { code: "internal", message: "Something went wrong here. It was logged; please try again." },
    };
  }
}
