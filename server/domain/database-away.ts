/** What Node, PostgreSQL (when it stops, starts, or has no connection to spare) and Prisma call it. */
const CODES = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOENT", "ENOTFOUND", "ETIMEDOUT"],
  // 57014 is our own statement timeout, 25P03 the end of who held a transaction open and did nothing.
  ...["57P01", "57P02", "57P03", "57014", "25P03", "53300"],
  ...["P1001", "P1002", "P1008", "P1017", "P2024", "P2028"],
]);
/** What `pg` says without a code. */
const SENTENCES =
  /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection|^Query read timeout/;

/** Whether an error says that the database cannot be reached now, and that a later try may. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && CODES.has(code)) return true;
  return SENTENCES.test(error.message) || isDatabaseAway(driversError(error));
}

/** Of a raw query Prisma says that it failed; why, its driver said. */
function driversError(error: Error): unknown {
  const { meta } = error as {
    meta?: { driverAdapterError?: { cause?: { originalCode?: string; originalMessage?: string } } };
  };
  const cause = meta?.driverAdapterError?.cause;
  return cause && Object.assign(new Error(cause.originalMessage), { code: cause.originalCode });
}
