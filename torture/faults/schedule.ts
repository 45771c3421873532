import type { Random } from "../random";
import type { FaultName } from "./faults";

/** One fault to come. `seed` is what it draws its details from. */
export type Blow = { fault: FaultName; atMs: number; forMs: number; seed: string };

const GAP_MIN_MS = 500;
const GAP_MAX_MS = 4_000;
const LASTS_MIN_MS = 300;
const LASTS_MAX_MS = 5_000;
/** Clients first find their places, and have some peace at the end to notice what was done to them. */
const PEACE_MS = 2_000;

/**
 * When which fault strikes, from the seed alone. Every fault has its turn before one has its second;
 * they overlap as it happens.
 */
export function makeSchedule(random: Random, faults: readonly FaultName[], seconds: number): Blow[] {
  const blows: Blow[] = [];
  if (faults.length === 0) return blows;
  let round: FaultName[] = [];
  // A short run still shows every fault.
  const gapMaxMs = Math.min(GAP_MAX_MS, (seconds * 1_000 - 2 * PEACE_MS) / faults.length);
  for (let atMs = PEACE_MS; ; atMs += Math.round(random.between(Math.min(GAP_MIN_MS, gapMaxMs), gapMaxMs))) {
    if (atMs >= seconds * 1_000 - PEACE_MS) return blows;
    if (round.length === 0) round = random.shuffle(faults);
    const fault = round.pop();
    const forMs = Math.round(random.between(LASTS_MIN_MS, LASTS_MAX_MS));
    if (fault) blows.push({ fault, atMs, forMs, seed: `${fault}-${blows.length}` });
  }
}
