import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { FileUpload, UploadPart } from "@/protocol/files";
import type { Message } from "@/protocol/frames";
import * as hostile from "../support/hostile";
import { signUpPerson, type TestPerson } from "../support/person";
import { TestSocket } from "../support/realtime";
import { startTestServer, type TestServer } from "../support/server";

/** What takes the whole server to show: pages and sockets with a copy of the domain each, and what lies around them. */
let server: TestServer;
let dataDir: string;
let grace: TestPerson;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "adda-files-"));
  server = await startTestServer({ DATA_DIR: dataDir, LINK_PREVIEWS: "false" });
  grace = await signUpPerson(server.url, "Grace");
});

afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

async function begin(name: string, bytes: Buffer): Promise<FileUpload> {
  return grace.call<FileUpload>("POST", "/api/rooms/lobby/files", { name, size: bytes.length });
}

async function send(parts: readonly UploadPart[], bytes: Buffer): Promise<number[]> {
  const answers = parts.map(({ url, headers, offset, size }) => {
    const body = new Uint8Array(bytes.subarray(offset, offset + size));
    return fetch(new URL(url, server.url), { method: "PUT", headers, body });
  });
  return (await Promise.all(answers)).map(({ status }) => status);
}

it("a picture travels from one person's program to another's socket", async () => {
  const linus = await signUpPerson(server.url, "Linus");
  const socket = await TestSocket.open(server.socketUrl, { authorization: `Bearer ${linus.token}` });
  await socket.join("lobby");
  const bytes = await hostile.picture().png().toBuffer();
  const begun = await begin("photo.png", bytes);
  expect(await send(begun.upload?.parts ?? [], bytes)).toEqual([204]);
  const { file } = await grace.call<FileUpload>("POST", `/api/files/${begun.id}/complete`, {});
  const said = await grace.call<Message>("POST", "/api/rooms/lobby/messages", { message: "", files: [begun.id] });
  expect(said.files).toEqual([file]);
  expect((await socket.next("chat")).payload).toEqual(said);

  const shown = await fetch(new URL(file?.small ?? "", server.url), {
    headers: { authorization: `Bearer ${linus.token}` },
  });
  expect([shown.status, shown.headers.get("x-content-type-options")]).toEqual([200, "nosniff"]);
  expect(shown.headers.get("content-security-policy")).toMatch(/^default-src 'none'.*sandbox/);
  socket.close();
});

it("what a picture is not, and what is missing of it, is told as what it is", async () => {
  const bytes = Buffer.from("no picture at all");
  const begun = await begin("photo.png", bytes);
  const early = await grace.fetch("POST", `/api/files/${begun.id}/complete`, {});
  expect([early.status, (await early.json()).error.code]).toEqual([409, "conflict"]);
  await send(begun.upload?.parts ?? [], bytes);
  const refused = await grace.fetch("POST", `/api/files/${begun.id}/complete`, {});
  expect([refused.status, (await refused.json()).error]).toMatchObject([400, { code: "invalid", field: "file" }]);
  expect((await grace.fetch("GET", `/api/files/${begun.id}`)).status).toBe(404);
});

it("an upload goes on where it was when the server was killed", async () => {
  const bytes = randomBytes(11 * 1024 * 1024);
  const begun = await begin("large.bin", bytes);
  const [first, second, third] = begun.upload?.parts ?? [];
  expect(await send([third as UploadPart, first as UploadPart], bytes)).toEqual([204, 204]);
  const sending = request(new URL(second?.url ?? "", server.url), {
    method: "PUT",
    headers: { ...second?.headers, "Content-Length": second?.size },
  });
  const cut = once(sending, "error");
  await new Promise((resolve) => sending.write(bytes.subarray(5 * 1024 * 1024, 6 * 1024 * 1024), resolve));
  await server.kill();
  await cut;
  await server.restart();

  const { upload } = await grace.call<FileUpload>("GET", `/api/files/${begun.id}`);
  expect(upload?.parts.map(({ number }) => number)).toEqual([2]);
  expect(await send(upload?.parts ?? [], bytes)).toEqual([204]);
  await grace.call("POST", `/api/files/${begun.id}/complete`, {});
  const got = await grace.fetch("GET", `/files/${begun.id}`);
  expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
});

it("bombs of each kind are refused or shown without a preview, while what others say comes back at once", async () => {
  const socket = await TestSocket.open(server.socketUrl, { authorization: `Bearer ${grace.token}` });
  await socket.join("lobby");
  const pid = server.pid();
  const bombs: [name: string, bytes: Buffer, status: number][] = [
    ["pixels.png", hostile.png(20_000, 20_000), 400],
    ["frames.gif", hostile.gif(1, 1, 5_000), 400],
    ["claims.webp", await hostile.webpThatClaims(16_383, 16_383), 400],
    ["text.png", hostile.pngWithTextBomb(100_000_000), 200],
    ["draws.pdf", hostile.pdfThatDraws("0 0 m ".concat("1 1 l 2 2 l S 0 0 m ".repeat(400_000))), 200],
    ["broken.pdf", Buffer.from("%PDF-1.7\nthis is none"), 200],
  ];
  let isOver = false;
  const echoes: number[] = [];
  const talking = (async () => {
    while (!isOver) {
      const began = performance.now();
      await socket.say("still here");
      echoes.push(performance.now() - began);
      // No faster than one person may speak.
      await sleep(250);
    }
  })();
  // As many at once as one person's files are looked at.
  const lanes = [bombs.slice(0, 2), bombs.slice(2, 4), bombs.slice(4)].map(async (lane) => {
    for (const [name, bytes, status] of lane) {
      const begun = await begin(name, bytes);
      await send(begun.upload?.parts ?? [], bytes);
      expect((await grace.fetch("POST", `/api/files/${begun.id}/complete`, {})).status, name).toBe(status);
    }
  });
  await Promise.all(lanes);
  isOver = true;
  await talking;
  // Far above what a busy machine needs, far below what one of these takes in the server's own process.
  expect(echoes.toSorted((a, b) => a - b)[Math.floor(echoes.length * 0.9)]).toBeLessThan(500);
  expect(server.pid()).toBe(pid);
  expect((await fetch(`${server.url}/api/ready`)).status).toBe(200);
  socket.close();
});
