import { forgetRemoved, forgetUnfinished, removeUnsent } from "./domain/files/removal";
import { purgeDeletedRooms } from "./domain/room-deletion";
import { log } from "./log";

/** What was removed is gone from every address at once; its bytes follow within this. */
const REMOVED_INTERVAL_MS = 20_000;
const UNSENT_INTERVAL_MS = 10 * 60_000;
const UNFINISHED_INTERVAL_MS = 60 * 60_000;
const DELETED_ROOMS_INTERVAL_MS = 10 * 60_000;

/** Tidies up after files and rooms, in every process: what one left behind when it died, another removes. */
export function startSweeper(): { stop(): Promise<void> } {
  const stops = [
    repeat(forgetRemoved, REMOVED_INTERVAL_MS),
    repeat(removeUnsent, UNSENT_INTERVAL_MS),
    repeat(forgetUnfinished, UNFINISHED_INTERVAL_MS),
    repeat(purgeDeletedRooms, DELETED_ROOMS_INTERVAL_MS),
  ];
  return {
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

/** One run at a time, the next a while after it; it never lets the process fail. */
function repeat(sweep: () => Promise<number>, intervalMs: number): () => Promise<void> {
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = running
      .then(async () => {
        const swept = await sweep();
        if (swept > 0) log.debug({ swept, sweep: sweep.name }, "A sweep removed something.");
      })
      .catch((error) => log.warn({ err: error }, "A sweep failed; it is tried again later."));
  }, intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}
