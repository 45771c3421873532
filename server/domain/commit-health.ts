import type { Pool } from "pg";
import { log } from "@/server/log";

/** A failure is asked about again after this: nobody may be sending who would show that it works again. */
const PROBE_AFTER_MS = 1_000;

type Health = { failedAtMs: number; error: unknown } | null;

// Pages and sockets have a copy of this module each, and one health.
const KEY = Symbol.for("adda.commit-health");
const holder = globalThis as typeof globalThis & { [KEY]?: Health };

/** Messages were committed: whatever failed before works again. */
export function noteCommit(): void {
  if (!holder[KEY]) return;
  holder[KEY] = null;
  log.info("Messages are stored again.");
}

export function noteFailedCommit(error: unknown): void {
  if (!holder[KEY]) log.error({ err: error }, `Messages cannot be stored. ${reasonOf(error)}`);
  holder[KEY] = { failedAtMs: performance.now(), error };
}

/** Why messages cannot be stored; null while they can. A failure that is a second old is tried again by a write of its own. */
export async function findCommitTrouble(pool: Pool): Promise<string | null> {
  const health = holder[KEY];
  if (!health) return null;
  if (performance.now() - health.failedAtMs >= PROBE_AFTER_MS) {
    try {
      await probe(pool);
      noteCommit();
      return null;
    } catch (error) {
      noteFailedCommit(error);
    }
  }
  return reasonOf(holder[KEY]?.error ?? health.error);
}

/** Makes a table of 64 kB that ends with its transaction: it needs space for data and for the write-ahead log. */
async function probe(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query(`
      CREATE TEMPORARY TABLE adda_probe ON COMMIT DROP AS
      SELECT random()::text || random()::text || random()::text FROM generate_series(1, 1000)`);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case "53100":
      return "The database's disk is full: free space on it.";
    case "25006":
      return "The database takes no writes (read-only): is it a standby?";
    case "57014":
      return "The database did not finish a write in time.";
    default:
      return `The database failed: ${message ?? String(error)}`;
  }
}
