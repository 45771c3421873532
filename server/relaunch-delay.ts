const FIRST_MS = 200;
const MAX_MS = 10_000;

/** How long to wait, in ms, before a process is started again that died `failures` times in a row. */
export function relaunchDelay(failures: number): number {
  return Math.min(MAX_MS, FIRST_MS * 2 ** (failures - 1));
}
