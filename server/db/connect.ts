import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
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
    query_timeout: statementTimeoutMs + GRACE_MS,
    connectionTimeoutMillis: statementTimeoutMs + GRACE_MS,
    keepAlive: true,
  });
  // The pool lets go of a connection before it is closed, and what ends it then would end the process too.
  pool.on("connect", (client) => client.on("error", ignore));
  return { pool, prisma: new PrismaClient({ adapter: new PrismaPg(pool) }) };
}

/** Whoever uses the connection is told by the statement that fails, and the pool by an error of its own. */
function ignore(): void {}
