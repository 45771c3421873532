import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { bufferedBytes, encodeTexts, PING_BYTES, writeFrames } from "./fan-out";

let http: Server;
let server: WebSocketServer;
let serverSide: WebSocket;
let client: WebSocket;

beforeAll(async () => {
  http = createServer();
  server = new WebSocketServer({ server: http, perMessageDeflate: false });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
});

beforeEach(async () => {
  const accepted = new Promise<WebSocket>((resolve) => server.once("connection", resolve));
  client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  await new Promise((resolve) => client.once("open", resolve));
  serverSide = await accepted;
});

afterAll(async () => {
  for (const socket of server.clients) socket.terminate();
  server.close();
  await new Promise((resolve) => http.close(resolve));
});

describe("bytes that were made once, read by a real client", () => {
  test("several frames of one write arrive as so many messages, in order", async () => {
    const texts = Array.from({ length: 1_000 }, (_, index) => `message ${index}`);
    const heard = hear(texts.length);
    writeFrames(serverSide, encodeTexts(texts));
    expect(await heard).toEqual(texts);
  });

  test("every length, around where its encoding changes", async () => {
    const texts = [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 300_000].map((length) =>
      "x".repeat(length),
    );
    const heard = hear(texts.length);
    writeFrames(serverSide, encodeTexts(texts));
    expect((await heard).map(({ length }) => length)).toEqual(texts.map(({ length }) => length));
  });

  test("lengths are of bytes, not of characters", async () => {
    const texts = ["é".repeat(63), "😀".repeat(32), "漢".repeat(21_845), "\u2028 \u0000 \ud7ff"];
    const heard = hear(texts.length);
    writeFrames(serverSide, encodeTexts(texts));
    expect(await heard).toEqual(texts);
  });

  test("the shortest encoding of a length, whole, unmasked, no bit beyond", () => {
    expect(encodeTexts(["hi"])).toEqual(Buffer.from([0x81, 2, 0x68, 0x69]));
    expect([...encodeTexts(["x".repeat(126)]).subarray(0, 4)]).toEqual([0x81, 126, 0, 126]);
    expect([...encodeTexts(["x".repeat(65_536)]).subarray(0, 10)]).toEqual([0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect(PING_BYTES).toEqual(Buffer.from([0x89, 0]));
    expect(encodeTexts([])).toHaveLength(0);
  });

  test("what ws itself sends and what goes past it keep their order", async () => {
    const heard = hear(6);
    for (const n of [1, 2, 3]) {
      serverSide.send(`by ws ${n}`);
      writeFrames(serverSide, encodeTexts([`past it ${n}`]));
    }
    expect(await heard).toEqual(["by ws 1", "past it 1", "by ws 2", "past it 2", "by ws 3", "past it 3"]);
  });

  test("a ping is answered", async () => {
    const answered = new Promise((resolve) => serverSide.once("pong", resolve));
    writeFrames(serverSide, PING_BYTES);
    await answered;
  });

  test("nothing follows a close", async () => {
    const heard: string[] = [];
    client.on("message", (data) => heard.push(String(data)));
    const closed = new Promise((resolve) => client.once("close", resolve));
    writeFrames(serverSide, encodeTexts(["before"]));
    serverSide.close(1000);
    writeFrames(serverSide, encodeTexts(["after"]));
    expect(await closed).toBe(1000);
    expect(heard).toEqual(["before"]);
  });
});

describe("a reader that does not read", () => {
  test("shows in what is buffered, and what is buffered goes when it reads", async () => {
    expect(bufferedBytes(serverSide)).toBe(0);
    client.pause();
    const frame = encodeTexts(["x".repeat(64 * 1024)]);
    let frames = 0;
    while (bufferedBytes(serverSide) < 1024 * 1024 && frames < 1_000) {
      writeFrames(serverSide, frame);
      frames++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bufferedBytes(serverSide)).toBeGreaterThanOrEqual(1024 * 1024);
    const heard = hear(frames);
    client.resume();
    expect(await heard).toHaveLength(frames);
    await new Promise((resolve) => serverSide.send("", resolve));
    expect(bufferedBytes(serverSide)).toBe(0);
  });

  test("that has gone is not written to, and buffers nothing", async () => {
    const gone = new Promise((resolve) => serverSide.once("close", resolve));
    client.terminate();
    await gone;
    writeFrames(serverSide, encodeTexts(["anybody?"]));
    expect(bufferedBytes(serverSide)).toBe(0);
  });
});

test("ws still keeps its stream where we look for it", () => {
  expect((serverSide as WebSocket & { _socket: Socket })._socket.writableLength).toBe(0);
});

/** The next messages of the client, so many. */
function hear(count: number): Promise<string[]> {
  const texts: string[] = [];
  return new Promise((resolve) => {
    client.on("message", (data) => {
      texts.push(String(data));
      if (texts.length === count) resolve(texts);
    });
  });
}
