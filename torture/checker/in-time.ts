import { attend } from "./attendance";
import { type CaseFile, seconds } from "./case-file";
import type { Concerned } from "./covers";
import type { Violation } from "./promises";

/** With Redis; while a fault keeps Redis away, its cover has a limit of its own. */
const MAX_MS = 2_000;
const P99_MS = 1_000;
/** Fewer say nothing of the slowest hundredth. */
const DELIVERIES_MIN = 200;

type Delivery = { rev: number; concerned: Concerned; lateMs: number; atMs: number; limitMs: number };

/**
 * A change reaches every socket that hears its room soon after anybody knew of it. The clock stands still while a fault
 * covers the delivery, and starts only when the socket has joined.
 */
export function inTime(file: CaseFile): Violation[] {
  const known = findKnown(file);
  const deliveries: Delivery[] = [];
  const judge = (concerned: Concerned, hearsFromMs: number, rev: number, atMs: number) => {
    const knownMs = known.get(keyOf(concerned.roomId, rev));
    if (knownMs === undefined) return;
    const fromMs = Math.max(knownMs, hearsFromMs);
    if (atMs <= fromMs) return void deliveries.push({ rev, concerned, lateMs: 0, atMs, limitMs: MAX_MS });
    const lateMs = file.covers.uncovered(fromMs, atMs, concerned);
    const limitMs = file.covers.limit(fromMs, atMs, concerned) ?? MAX_MS;
    deliveries.push({ rev, concerned, lateMs, atMs, limitMs });
  };

  const left = attend(file, {
    onChange: ({ concerned, hearsFromMs }, rev, ms) => judge(concerned, hearsFromMs, rev, ms),
  });
  const endMs = file.history.events.at(-1)?.ms ?? 0;
  const missed = left.flatMap((place) =>
    (file.rooms.get(place.concerned.roomId)?.messages ?? [])
      .filter(({ rev }) => rev > place.told)
      .map(({ rev }) => ({ place, rev })),
  );
  for (const { place, rev } of missed) judge(place.concerned, place.hearsFromMs ?? endMs, rev, endMs);
  return [...findLate(file, deliveries), ...findSlow(deliveries)];
}

/** One violation for each change, by the reader who had it last. */
function findLate(file: CaseFile, deliveries: readonly Delivery[]): Violation[] {
  const worst = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    if (delivery.lateMs <= delivery.limitMs) continue;
    const key = keyOf(delivery.concerned.roomId, delivery.rev);
    if (delivery.lateMs > (worst.get(key)?.lateMs ?? 0)) worst.set(key, delivery);
  }
  return [...worst.values()]
    .sort((a, b) => b.lateMs - a.lateMs)
    .map(({ rev, concerned: { reader, roomId }, lateMs, atMs, limitMs }) => {
      const row = file.rowOf(roomId, rev);
      const what = `change ${rev} of ${file.nameOf(roomId)}${row ? `, ${file.describe(row)}` : ""}`;
      return {
        promise: "in-time",
        evidence: `At ${seconds(atMs)} ${reader} had waited ${seconds(lateMs)} for ${what}; at most ${seconds(limitMs)} is promised.`,
        clientIds: row ? [row.clientId] : [],
      };
    });
}

function findSlow(deliveries: readonly Delivery[]): Violation[] {
  const late = deliveries.filter(({ limitMs }) => limitMs === MAX_MS).map(({ lateMs }) => lateMs);
  if (late.length < DELIVERIES_MIN) return [];
  const p99 = late.sort((a, b) => a - b)[Math.floor(late.length * 0.99)] ?? 0;
  if (p99 <= P99_MS) return [];
  const evidence = `One in a hundred of ${late.length} deliveries took longer than ${seconds(p99)}; ${seconds(P99_MS)} is promised.`;
  return [{ promise: "in-time", evidence, clientIds: [] }];
}

/** When anybody first knew of each change. */
function findKnown(file: CaseFile): Map<string, number> {
  const known = new Map<string, number>();
  const learn = (roomId: string, rev: number, ms: number) => {
    const key = keyOf(roomId, rev);
    if (ms < (known.get(key) ?? Number.POSITIVE_INFINITY)) known.set(key, ms);
  };
  for (const { message, ms } of file.tellings) learn(message.roomId, message.rev, ms);
  for (const [clientId, { deletion }] of file.said) {
    const row = file.stored.get(clientId)?.[0];
    if (deletion?.ok && row?.isDeleted) learn(row.roomId, row.rev, deletion.ok.ms);
  }
  return known;
}

function keyOf(roomId: string, rev: number): string {
  return `${roomId} ${rev}`;
}
