import { setImmediate as nextTurn } from "node:timers/promises";
import { v5 as uuidv5 } from "uuid";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Message } from "@/protocol/frames";
import { toChange } from "@/server/backplane/backplane";
import { memoryBackplane } from "@/server/backplane/memory";
import { isAppending } from "@/server/domain/messages";
import { createRoom } from "@/server/domain/rooms";
import { signUp } from "@/server/domain/users";
import { Hub } from "@/server/realtime/hub";
import { useTestDomain } from "../support/domain";
import { seqsOf, TestListener } from "../support/listener";

// Whether more of the room is on its way to the database, the tests decide.
vi.mock("@/server/domain/messages", async (original) => ({ ...(await original<object>()), isAppending: vi.fn() }));

useTestDomain();

const CROWD = 600;
/** Longer than what gathers for so many may wait. */
const PATIENCE_MS = 1_000;

let hub: Hub;
let rooms = 0;

// What gathers waits for the tests' clock alone.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
  hub.close();
});

it("hears two commits by one write when the second was under way as the first was told", async () => {
  const { say, listeners } = await crowd();
  vi.mocked(isAppending).mockReturnValue(true);
  await say(1);
  expect(chatsOf(listeners)).toEqual([]);
  vi.mocked(isAppending).mockReturnValue(false);
  await say(2);
  expect(chatsOf(listeners)).toEqual([[1, 2]]);
});

it("waits for no commit longer than its writing takes", async () => {
  const { say, listeners } = await crowd();
  vi.mocked(isAppending).mockReturnValue(true);
  await say(1);
  expect(chatsOf(listeners)).toEqual([]);
  vi.advanceTimersByTime(PATIENCE_MS);
  expect(chatsOf(listeners)).toEqual([[1]]);
});

it("is told in order: who is removed or comes meanwhile misses nothing and hears nothing twice", async () => {
  const { say, listeners, join, backplane, room } = await crowd();
  vi.mocked(isAppending).mockReturnValue(true);
  await say(1);
  const [removed, stays] = listeners as [TestListener, TestListener];
  backplane.publish(room.id, { type: "membership-ended", userId: removed.person.id, reason: "removed" });
  await say(2);
  const late = await join("late");
  await say(3);
  hub.flush(room.id);
  const types = (listener: TestListener) =>
    listener.frames.map(({ type }) => type).filter((type) => type !== "presence");
  expect(types(removed)).toEqual(["joined", "chat", "left"]);
  expect(seqsOf(stays.frames).chats).toEqual([1, 2, 3]);
  expect(late.frames.find(({ type }) => type === "joined")).toMatchObject({ payload: { seq: 2 } });
  expect(seqsOf(late.frames).chats).toEqual([3]);
});

async function crowd() {
  const email = `ada-${rooms}@example.org`;
  const ada = await signUp({
    name: "Ada",
    email,
    password: "a long password",
    address: "127.0.0.1",
    isOnThisMachine: true,
  });
  const room = await createRoom(ada, { name: `Crowded ${rooms++}` });
  const backplane = memoryBackplane();
  hub = new Hub(backplane);
  vi.mocked(isAppending).mockReturnValue(false);
  const join = async (name: string) => {
    const listener = new TestListener(name);
    await hub.join(listener, room, undefined);
    return listener;
  };
  const listeners: TestListener[] = [];
  for (let n = 0; n < CROWD; n++) listeners.push(await join(`listener ${n}`));
  const say = async (seq: number) => {
    const id = uuidv5(`${seq}`, room.id);
    const said: Message = {
      ...{
        id,
        roomId: room.id,
        seq,
        rev: seq,
        clientId: id,
        message: `text ${seq}`,
        sender: ada.name,
        senderId: ada.id,
      },
      ...{ sentAt: "2026-01-01T00:00:00.000Z", editedAt: null, deletedAt: null },
    };
    backplane.publish(room.id, { type: "changes", changes: [toChange(said)] });
    await nextTurn();
    await nextTurn();
  };
  return { room, backplane, listeners, join, say };
}

/** The messages of each write that had some; the same for every listener. */
function chatsOf(listeners: TestListener[]): number[][] {
  const [all, ...others] = listeners.map(({ writes }) =>
    writes.map((frames) => seqsOf(frames).chats).filter((seqs) => seqs.length > 0),
  );
  for (const other of others) expect(other).toEqual(all);
  return all ?? [];
}
