import type { Server } from "node:http";
import { logOncePer } from "./log-once-per";

/** Files that stay for the database, for what people send and for what runs beside: at most this, or a quarter of all. */
const RESERVED_MAX = 256;
const RESERVED_SHARE = 1 / 4;
const MINUTE_MS = 60_000;

/**
 * Closes connections before the process has no open files left: then it could not read the database or a file either, and the
 * system would close them without a word.
 * @param openFilesMax what the process may have open; null where there is no such limit.
 */
export function limitConnections(server: Server, openFilesMax: number | null = readOpenFilesMax()): void {
  if (openFilesMax === null) return;
  const max = openFilesMax - Math.min(RESERVED_MAX, Math.round(openFilesMax * RESERVED_SHARE));
  server.maxConnections = max;
  server.on("drop", () => {
    logOncePer(
      MINUTE_MS,
      "connections",
      "error",
      { connections: max, openFilesMax },
      "Connections were refused: this process may not have more open files. Raise LimitNOFILE (ulimit -n), or add processes.",
    );
  });
}

/** @returns null where the system has no limit, or does not tell it. */
export function readOpenFilesMax(): number | null {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: unknown } } };
  const soft = Number(userLimits?.open_files?.soft);
  return Number.isFinite(soft) ? soft : null;
}
