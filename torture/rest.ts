import { setTimeout as sleep } from "node:timers/promises";
import type { Cast } from "./cast";
import type { Town } from "./people/town";

const POLL_MS = 200;
/** A client waits up to fifteen seconds before it tries again, and up to thirty for the head of a room. */
const REST_MAX_MS = 60_000;
/** A killed process's people are forgotten within thirty seconds; the word of it takes a moment. */
const PRESENCE_MAX_MS = 35_000;

/** Everybody is seen by everybody, and of those whose process was killed nobody is left. */
export async function untilPresent(cast: Cast): Promise<string[]> {
  const deadline = performance.now() + PRESENCE_MAX_MS;
  for (;;) {
    const wrong = findWrongCounts(cast);
    if (wrong.length === 0 || performance.now() > deadline) return wrong;
    await sleep(POLL_MS);
  }
}

/**
 * Waits until nobody waits: every message is answered, every reader has all that the database has, and
 * it does not change any more.
 * @returns what still waits when patience has run out; empty when all is at rest.
 */
export async function untilRest(cast: Cast, town: Town): Promise<string[]> {
  const deadline = performance.now() + REST_MAX_MS;
  let before = "";
  for (;;) {
    const heads = await town.heads(cast.rooms);
    const waiting = findWaiting(cast, heads);
    const now = JSON.stringify([...heads]);
    if (waiting.length === 0 && now === before) return [];
    if (performance.now() > deadline) return waiting.length > 0 ? waiting : ["the database still changes"];
    before = now;
    await sleep(POLL_MS);
  }
}

function findWaiting(
  { bots, rest, chatters, regrets, readers, crowd }: Cast,
  heads: ReadonlyMap<string, number>,
): string[] {
  const { crier, uploader, steward } = crowd;
  const unanswered = [...bots, rest, ...chatters, ...regrets, crier, uploader, steward].filter(
    ({ isSettled }) => !isSettled,
  );
  const behind = [...readers, ...chatters].flatMap((reader) =>
    reader.rooms
      .filter((roomId) => reader.cursor(roomId) < (heads.get(roomId) ?? 0))
      .map((roomId) => `${reader.name} has a room up to ${reader.cursor(roomId)} of ${heads.get(roomId)}`),
  );
  return [...unanswered.map(({ name }) => `${name} waits for an answer`), ...behind];
}

function findWrongCounts({ readers, peopleIn }: Cast): string[] {
  return readers.flatMap((reader) =>
    reader.rooms
      .filter((roomId) => reader.count(roomId) !== peopleIn(roomId))
      .map((roomId) => `${reader.name} was told of ${reader.count(roomId)} people where ${peopleIn(roomId)} are`),
  );
}
