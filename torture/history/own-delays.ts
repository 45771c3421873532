import type { Recorder } from "./recorder";

const LOOKS_EVERY_MS = 50;
const DELAY_MIN_MS = 100;

/** Everybody who speaks and listens lives in this process: when it is late itself, so is everything that they see. */
export function coverOwnDelays(recorder: Recorder): () => void {
  let lookedAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const delayMs = now - lookedAt - LOOKS_EVERY_MS;
    if (delayMs > DELAY_MIN_MS) recorder.coverPast(delayMs + LOOKS_EVERY_MS);
    lookedAt = now;
  }, LOOKS_EVERY_MS);
  return () => clearInterval(timer);
}
