import { describe, expect, it } from "vitest";
import type { Message } from "@/protocol/frames";
import { initialRoomState, type RoomAction, type RoomState, reduceRoom, shownMessages } from "./room-state";

const HERE = initialRoomState("red", { seq: 100, messages: [message(99), message(100)], more: true });

function message(seq: number, rev = seq): Message {
  const moment = "2026-01-01T00:00:00.000Z";
  const said = { id: `m${seq}`, clientId: `c${seq}`, message: `${seq} at ${rev}`, sender: "Ada", senderId: "ada" };
  return { ...said, roomId: "red", seq, rev, sentAt: moment, editedAt: rev > seq ? moment : null, deletedAt: null };
}

function fold(state: RoomState, ...actions: RoomAction[]): RoomState {
  return actions.reduce(reduceRoom, state);
}

function found(...seqs: number[]): RoomAction {
  return { type: "passage-found", seq: 10, messages: seqs.map((seq) => message(seq)), older: true, newer: true };
}

function grown(towards: "older" | "newer", more: boolean, ...seqs: number[]): RoomAction[] {
  const messages = seqs.map((seq) => message(seq));
  return [
    { type: "passage-growing", towards },
    { type: "passage-grown", towards, messages, more },
  ];
}

const shown = (state: RoomState) => shownMessages(state).messages.map((message) => message.message);
const SEEK: RoomAction = { type: "passage-sought", seq: 10 };

describe("a passage", () => {
  it("is shown when it is there, and left again", () => {
    expect(shown(fold(HERE, SEEK))).toEqual(["99 at 99", "100 at 100"]);
    const there = fold(HERE, SEEK, found(9, 10, 11));
    expect(shown(there)).toEqual(["9 at 9", "10 at 10", "11 at 11"]);
    expect(shown(fold(there, { type: "passage-left" }))).toEqual(["99 at 99", "100 at 100"]);
  });

  it("stays where it is when another message cannot be had", () => {
    const there = fold(HERE, SEEK, found(10), { type: "passage-sought", seq: 50 });
    expect(shown(fold(there, { type: "passage-not-found", seq: 50 }))).toEqual(["10 at 10"]);
    expect(fold(HERE, SEEK, { type: "passage-not-found", seq: 10 }).passage).toBeNull();
  });

  it("is changed by what changes, also by what came while it was on its way", () => {
    const heard = fold(HERE, SEEK, { type: "chat", message: message(10, 101) }, found(9, 10));
    expect(shown(heard)).toEqual(["9 at 9", "10 at 101"]);
    expect(shown(fold(heard, { type: "chat", message: message(9, 102) }))).toEqual(["9 at 102", "10 at 101"]);
    const growing = fold(heard, { type: "passage-growing", towards: "older" });
    const late = fold(growing, { type: "chat", message: message(8, 102) });
    const page: RoomAction = { type: "passage-grown", towards: "older", messages: [message(8)], more: false };
    expect(shown(fold(late, page))).toEqual(["8 at 102", "9 at 9", "10 at 101"]);
  });

  it("shows nothing of what is said at the end meanwhile, which is there on the way back", () => {
    const there = fold(HERE, SEEK, found(10), { type: "chat", message: message(101) });
    expect(shown(there)).toEqual(["10 at 10"]);
    expect(shown(fold(there, { type: "passage-left" }))).toEqual(["99 at 99", "100 at 100", "101 at 101"]);
  });

  it("becomes one with the newest messages where it meets them", () => {
    const near = fold(HERE, SEEK, found(10), ...grown("newer", true, 11, 97));
    expect(near.passage).not.toBeNull();
    const met = fold(near, ...grown("newer", true, 98, 99, 100));
    expect(met.passage).toBeNull();
    expect(met.older).toBe("more");
    expect(met.messages.map(({ seq }) => seq)).toEqual([10, 11, 97, 98, 99, 100]);
    expect(shown(fold(met, { type: "chat", message: message(101) })).at(-1)).toBe("101 at 101");
  });

  it("asks again for the older page that was on its way when it met them", () => {
    const asked = fold(HERE, SEEK, found(10), { type: "passage-growing", towards: "older" });
    expect(fold(asked, ...grown("newer", false, 99, 100)).older).toBe("more");
  });

  it("is forgotten with all else when the server was set back", () => {
    const back: RoomAction = {
      type: "joined",
      since: 100,
      joined: { roomId: "red", slug: "red", seq: 3, count: 1, messages: [], more: false },
    };
    expect(fold(HERE, SEEK, found(10), back).passage).toBeNull();
  });
});
