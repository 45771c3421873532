import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import { CannotStart } from "../cannot-start";

const POLL_MS = 20;
/** The advisory lock that an Adda holds on its cluster: "ADDA" in ASCII. */
const CLAIM = 0x41444441;
const CANNOT_CONNECT_NOW = "57P03";

/**
 * Connects as soon as the server lets anybody in: a crashed one recovers first.
 * @param isAlive false once there is nothing more to wait for; then the answer is null.
 */
export async function connectWhenReady(url: string, owner: string, isAlive: () => boolean): Promise<Client | null> {
  while (isAlive()) {
    const client = new Client({ connectionString: url, application_name: owner });
    // A lost connection shows by itself: the next statement fails.
    client.on("error", () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (!isPassing(error)) throw error;
      await sleep(POLL_MS);
    }
  }
  return null;
}

/**
 * Takes the cluster for this process, for as long as the connection lives: the claim of a process that
 * is killed ends with it, which no lock file can promise.
 * @throws CannotStart when another Adda holds it.
 */
export async function claim(client: Client, dataDir: string): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${CLAIM}) AS taken`);
  if (rows[0]?.taken) return;

  const holder = await client.query<{ application_name: string }>(
    `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = ${CLAIM}`,
  );
  const name = holder.rows[0]?.application_name;
  throw new CannotStart(`Adda runs already on ${dataDir}${name ? ` (${name})` : ""}: stop it first, or set DATA_DIR.`);
}

function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code === CANNOT_CONNECT_NOW;
  return error instanceof Error && /ECONNREFUSED|ECONNRESET|Connection terminated/.test(error.message);
}
