import { type Clock, dayOf } from "./clock";

/** What one author writes with no longer pause than this stands together under one name. */
const GROUP_PAUSE_MAX_MS = 5 * 60_000;

/** The part of a message, committed or pending, that decides where it stands. */
export type Placed = { senderId: string; sentAt: Date };

/** True when a day's divider goes above `message`. */
export function startsDay(message: Placed, previous: Placed | null, clock: Clock): boolean {
  return previous === null || dayOf(message.sentAt, clock) !== dayOf(previous.sentAt, clock);
}

/** True when `message` shows its author's name: another author, a long pause, or a new day. */
export function startsGroup(message: Placed, previous: Placed | null, clock: Clock): boolean {
  return (
    previous === null ||
    previous.senderId !== message.senderId ||
    Math.abs(message.sentAt.getTime() - previous.sentAt.getTime()) > GROUP_PAUSE_MAX_MS ||
    startsDay(message, previous, clock)
  );
}
