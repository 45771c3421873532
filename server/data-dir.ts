import { chmodSync, mkdirSync, statSync } from "node:fs";
import { log } from "./log";
import { canEnterClosedFolders } from "./postgres/account";

const CLOSED = 0o700;
/**
 * Others can enter the folder but cannot list it; each file and folder in it is closed by itself. Only for a root without
 * the capability that lets its unprivileged PostgreSQL through.
 */
const PASSABLE = 0o711;
const STICKY = 0o1000;

/** Closes `DATA_DIR` to all other users of the machine, also one that an earlier version left open. */
export function closeDataDir(dataDir: string, { hasDatabase }: { hasDatabase: boolean }): void {
  mkdirSync(dataDir, { recursive: true });
  const isRoot = process.getuid?.() === 0;
  const mode = isRoot && hasDatabase && !canEnterClosedFolders() ? PASSABLE : CLOSED;
  const found = statSync(dataDir);
  if ((found.mode & 0o777) === mode) return;
  // A folder such as /tmp belongs to everybody.
  if (found.mode & STICKY) {
    log.warn({ dataDir }, "DATA_DIR is a folder that all users share: give Adda a folder of its own.");
    return;
  }
  try {
    chmodSync(dataDir, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
    log.warn({ dataDir }, "DATA_DIR belongs to another user: close it to others with chmod 700.");
  }
}
