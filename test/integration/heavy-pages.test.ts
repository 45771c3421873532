import { beforeAll, expect, it } from "vitest";
import type { MessageFile } from "@/protocol/files";
import type { Message } from "@/protocol/frames";
import { listMessages } from "@/server/domain/history";
import type { RoomSummary } from "@/server/domain/rooms";
import { shared } from "@/server/shared";
import { useTestRealtime } from "../support/realtime";

const realtime = useTestRealtime(
  { frameRatePerSocket: { burst: 1_000, perSecond: 1_000 } },
  { CHAT_BURST_PER_USER: "1000" },
);

const MESSAGES = 200;
/** As heavy as a file of a message can be. */
const FILE: Omit<MessageFile, "id"> = {
  name: `${"\u6771".repeat(196)}.txt`,
  kind: "text",
  type: "text/plain",
  size: 1_000_000,
  alt: "\u6771".repeat(1_000),
  url: "/files/00000000-0000-7000-8000-000000000000",
  text: "\u6771".repeat(1_000),
  placeholder: `data:image/webp;base64,${"A".repeat(300)}`,
  waveform: Array(64).fill(100),
};
const FILES = JSON.stringify(Array.from({ length: 10 }, (_, n) => ({ ...FILE, id: `${n}` })));

let grace: Awaited<ReturnType<typeof realtime.person>>;
let room: RoomSummary;

beforeAll(async () => {
  grace = await realtime.person("Grace");
  room = await realtime.room(grace, "Heavy");
  await shared().pool.query(
    `INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body, files)
     SELECT gen_random_uuid(), $1, n, n, $2, 'c' || n, '', $3 FROM generate_series(1, $4::int) n`,
    [room.id, grace.id, FILES, MESSAGES],
  );
  await shared().pool.query(`UPDATE "Room" SET "lastSeq" = $2 WHERE id = $1`, [room.id, MESSAGES]);
});

it("who comes back to a room full of files gets everything in order, and is not cut while others come and go", async () => {
  const linus = await realtime.person("Linus");
  const reader = await realtime.connect(linus);
  const ada = await realtime.person("Ada");
  const seen: number[] = [];
  let said = 0;
  for (let since = 0, more = true; more; since = seen.at(-1) ?? 0) {
    const visitor = await realtime.connect(ada);
    await visitor.join(room.id);
    visitor.send({ type: "chat", payload: { roomId: room.id, message: "just passing" } });
    await visitor.next("chat");
    said++;
    reader.send({ type: "join", payload: { roomId: room.id, since } });
    // Told to the reader while its page is still on the way.
    visitor.close();
    const { payload } = await reader.next("joined");
    seen.push(...payload.messages.map(({ rev }) => rev));
    more = payload.more;
    expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(320 * 1024);
  }
  expect(said).toBeGreaterThan(10);
  expect(seen).toEqual(Array.from({ length: MESSAGES + said }, (_, index) => index + 1));
  reader.send({ type: "chat", payload: { roomId: room.id, message: "still here" } });
  expect((await reader.next("chat")).payload.seq).toBe(MESSAGES + said + 1);
  expect(reader.closed).toBeUndefined();
});

it("a page of its history is as long as it may be heavy, and the pages together are the history", async () => {
  const read: Message[] = [];
  for (let more = true; more; ) {
    const page = await listMessages(grace, room.id, { before: read[0]?.seq, limit: MESSAGES });
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(400 * 1024);
    read.unshift(...page.messages);
    more = page.more;
  }
  expect(read.map(({ seq }) => seq)).toEqual(Array.from({ length: read.length }, (_, index) => index + 1));
  expect(read.length).toBeGreaterThanOrEqual(MESSAGES);
});

it("a newcomer's page is the newest of it", async () => {
  const reader = await realtime.connect(await realtime.person("Ada"));
  const payload = await reader.join(room.id);
  expect(payload.more).toBe(true);
  expect(payload.messages.at(-1)?.seq).toBe(payload.seq);
  expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(320 * 1024);
});

it("joins of it are paid for by their bytes, by all sockets of a person together and by nobody else", async () => {
  const { url } = await realtime.serve({ joinedBytesRatePerUser: { burst: 400 * 1024, perSecond: 1 } });
  const [mallory, linus] = [await realtime.person("Mallory"), await realtime.person("Linus")];
  const sockets = [await realtime.connect(mallory, url), await realtime.connect(mallory, url)] as const;
  for (const socket of sockets) await socket.join(room.id, 0);
  for (const socket of sockets) {
    socket.send({ type: "join", payload: { roomId: room.id, since: 0 } });
    const { payload } = await socket.next("error");
    expect(payload).toMatchObject({ code: "rate_limited", roomId: room.id });
    expect(payload.retryAfterMs).toBeGreaterThan(1_000);
  }
  await (await realtime.connect(linus, url)).join(room.id, 0);
});
