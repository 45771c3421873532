import { expect, test } from "vitest";
import type { Message } from "@/protocol/frames";
import { goTo, loadOlder } from "./history";
import type { HistoryPage } from "./history-api";
import { initialRoomState, type RoomAction, reduceRoom, shownMessages } from "./room-state";

type Asked = { seq: number; towards: "newer" | undefined; answer(page: HistoryPage): void; fail(): void };

/** A room whose newest message is the hundredth, and whose pages come when the test says so. */
function open() {
  let state = initialRoomState("red", { seq: 100, ...page([100]) });
  const asked: Asked[] = [];
  const dispatch = (action: RoomAction) => {
    state = reduceRoom(state, action);
  };
  const loadPage = (seq: number, towards?: "newer") =>
    new Promise<HistoryPage>((resolve, reject) => {
      asked.push({ seq, towards, answer: resolve, fail: () => reject(new Error("offline")) });
    });
  return { host: { get: () => state, dispatch, loadPage }, asked, shown: () => shownMessages(state) };
}

function page(seqs: number[]): HistoryPage {
  return { messages: seqs.map(message), more: true };
}

function message(seq: number): Message {
  const said = { id: `m${seq}`, clientId: `c${seq}`, message: `${seq}`, sender: "Ada", senderId: "ada" };
  return { ...said, roomId: "red", seq, rev: seq, sentAt: "2026-01-01T00:00:00.000Z", editedAt: null, deletedAt: null };
}

async function arriveAt(seq: number, { host, asked }: ReturnType<typeof open>): Promise<void> {
  const going = goTo(host, seq);
  const [before, after] = asked.splice(-2);
  before?.answer(page([seq - 1, seq]));
  after?.answer(page([seq + 1]));
  expect(await going).toBe("shown");
}

test("a page that fails when its passage was left takes nothing from the passage looked at now", async () => {
  const room = open();
  await arriveAt(10, room);
  const left = loadOlder(room.host);
  await arriveAt(50, room);
  const here = loadOlder(room.host);
  const [ofLeft, ofHere] = room.asked;
  ofLeft?.fail();
  await left;
  expect(room.shown().older).toBe("loading");
  ofHere?.answer(page([47, 48]));
  await here;
  expect(room.shown().messages.map(({ seq }) => seq)).toEqual([47, 48, 49, 50, 51]);
});

test("a page that fails when the room was read anew takes nothing from what was read", async () => {
  const { host, asked, shown } = open();
  const left = loadOlder(host);
  const joined = { roomId: "red", slug: "red", count: 1, seq: 205, ...page([204, 205]) };
  host.dispatch({ type: "joined", joined, since: undefined });
  const here = loadOlder(host);
  const [ofLeft, ofHere] = asked;
  ofLeft?.fail();
  await left;
  expect(shown().older).toBe("loading");
  ofHere?.answer(page([203]));
  await here;
  expect(shown().messages.map(({ seq }) => seq)).toEqual([203, 204, 205]);
});

test("a page that fails where it was asked for can be asked for again", async () => {
  const room = open();
  await arriveAt(10, room);
  const failing = loadOlder(room.host);
  room.asked.pop()?.fail();
  await failing;
  expect(room.shown().older).toBe("failed");
  const again = loadOlder(room.host);
  room.asked.pop()?.answer(page([8]));
  await again;
  expect(room.shown().messages.map(({ seq }) => seq)).toEqual([8, 9, 10, 11]);
});
