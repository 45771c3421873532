import { parseServerFrame } from "@/protocol/frames";
import type { Random } from "../random";
import type { Tamper } from "./man-in-the-middle";

/** Loses, doubles and swaps frames by chance, as no TCP does: our client is to bear even that. */
export function lossy(random: Random, probability: number): Tamper {
  let held: string[] = [];
  return (frame) => {
    if (!isChat(frame)) return [frame];
    const before = held;
    held = [];
    if (random.chance(probability)) return before;
    if (random.chance(probability)) return [...before, frame, frame];
    if (random.chance(probability) && before.length === 0) {
      held = [frame];
      return [];
    }
    return [frame, ...before];
  };
}

/** Loses the nth message. */
export function drop(nth: number): Tamper {
  return onNth(nth, () => []);
}

/** Tells the nth message twice. */
export function double(nth: number): Tamper {
  return onNth(nth, (frame) => [frame, frame]);
}

/** Tells the nth message after the next one. */
export function swap(nth: number): Tamper {
  let held: string | null = null;
  const hold = onNth(nth, (frame) => {
    held = frame;
    return [];
  });
  return (frame) => {
    if (held === null || !isChat(frame)) return hold(frame);
    const later = held;
    held = null;
    return [frame, later];
  };
}

/** Tells the nth message once more, right after a later one. */
export function repeat(nth: number, later: number): Tamper {
  let kept = "";
  const keep = onNth(nth, (frame) => {
    kept = frame;
    return [frame];
  });
  const tellAgain = onNth(later, (frame) => [frame, kept]);
  return (frame) => {
    keep(frame);
    return tellAgain(frame);
  };
}

/** Tells the nth message under another room's name. */
export function misplace(nth: number, roomId: string): Tamper {
  return onNth(nth, (frame) => {
    const told = parseServerFrame(frame);
    return told.type === "chat" ? [JSON.stringify({ ...told, payload: { ...told.payload, roomId } })] : [frame];
  });
}

/** Changes the words of the nth message. */
export function reword(nth: number): Tamper {
  return onNth(nth, (frame) => [frame.replace(/"message":"/, '"message":"not ')]);
}

function onNth(nth: number, change: (frame: string) => string[]): Tamper {
  let count = 0;
  return (frame) => (isChat(frame) && ++count === nth ? change(frame) : [frame]);
}

function isChat(frame: string): boolean {
  return frame.startsWith('{"type":"chat"');
}
