import { shared } from "@/server/shared";
import { findCommitTrouble } from "./commit-health";

const PATIENCE_MS = 2_000;

/** What keeps this process from serving: one line for each, none when it is ready. */
export async function findTroubles(): Promise<string[]> {
  try {
    const unfinished = await inTime(countUnfinishedMigrations());
    const trouble = await inTime(findCommitTrouble(shared().pool));
    return [unfinished > 0 && "A migration is not finished.", trouble].filter((found) => typeof found === "string");
  } catch {
    return ["The database does not answer."];
  }
}

/** Whether the other processes can be heard; where there are none, they can. */
export function isBackplaneConnected(): boolean {
  return shared().backplane.isConnected;
}

async function countUnfinishedMigrations(): Promise<number> {
  const { rows } = await shared().pool.query<{ unfinished: number }>({
    name: "unfinished-migrations",
    text: `SELECT count(*)::int AS unfinished FROM "_prisma_migrations" WHERE finished_at IS NULL AND rolled_back_at IS NULL`,
  });
  return rows[0]?.unfinished ?? 0;
}

/** A pool that waits for a connection waits long; a balancer that asks does not. */
async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("too late")), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
