import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import { log } from "../log";
import { PrismaClient } from "./generated/client";

/** Shorter than a sender waits for an answer: who waits is told, and tries again, while they still listen. */
const STATEMENT_TIMEOUT_MS = 8_000;
/** For a server that does not even time its statements out: stopped, or behind a network that is cut. */
const GRACE_MS = 1_000;

type ConnectOptions = { max: number; statementTimeoutMs?: number };

/** One pool that Prisma and our own SQL share. No statement and no wait for a connection is without an end. */
export function connect(
  databaseUrl: string,
  { max, statementTimeoutMs = STATEMENT_TIMEOUT_MS }: ConnectOptions,
): { pool: Pool; prisma: PrismaClient } {
  const pool = new Pool({
    connectionString: databaseUrl,
    max,
    application_name: "adda",
    statement_timeout: statementTimeoutMs,
    // A process that stands still between two statements holds what it locked: a room's row, and nobody could talk.
    // It loses its lock while those who wait for it still do.
    idle_in_transaction_session_timeout: Math.round(statementTimeoutMs / 2),
    query_timeout: statementTimeoutMs + GRACE_MS,
    connectionTimeoutMillis: statementTimeoutMs + GRACE_MS,
    keepAlive: true,
  });
  // The pool replaces a connection that breaks while nobody uses it. Without a listener it would end the process,
  // as would one that breaks between two statements of whoever holds it: their next statement fails.
  pool.on("error", (error) => log.warn({ err: error }, "A database connection broke."));
  pool.on("connect", (client) => client.on("error", ignore));
  return { pool, prisma: new PrismaClient({ adapter: new PrismaPg(pool) }) };
}

function ignore(): void {}
