import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { MessageFile } from "@/protocol/files";
import { joinRoom, leaveRoom } from "@/server/domain/memberships";
import { postMessage } from "@/server/domain/messages";
import { createRoom, type RoomSummary, updateRoom } from "@/server/domain/rooms";
import { endSessions } from "@/server/domain/sessions";
import type { Viewer } from "@/server/domain/viewer";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { MP4, picture } from "../support/hostile";
import { newPerson } from "../support/people";
import { cookieOf } from "../support/rest";

useTestDomain();
const { origin, upload, get } = useTestFiles();

let grace: Viewer;
let room: RoomSummary;
let video: MessageFile;
let photo: MessageFile;

beforeAll(async () => {
  grace = await newPerson("Grace");
  room = await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}` });
  video = await upload(grace, room.id, { name: "clip.mp4", bytes: MP4 });
  photo = await upload(grace, room.id, { name: "Photo ü.png", bytes: await picture().png().toBuffer() });
  await new Promise((done) => postMessage(grace, room.id, { message: "", files: [video.id, photo.id] }, done));
});

describe("a file is given", () => {
  it("to who may read the room, and to nobody else, as soon as that changes", async () => {
    const linus = await newPerson("Linus");
    expect((await get(null, photo.url)).status).toBe(401);
    expect((await get(linus, photo.url)).status).toBe(200);
    await updateRoom(grace, room.id, { kind: "closed" });
    expect((await get(linus, photo.url)).status).toBe(404);
    expect((await get(linus, photo.url, { "if-none-match": "*" })).status).toBe(404);
    expect(await (await get(linus, photo.url)).json()).toEqual(
      await (await get(linus, `/files/${randomUUID()}`)).json(),
    );
    await updateRoom(grace, room.id, { kind: "open" });
    await joinRoom(linus, room.id);
    await updateRoom(grace, room.id, { kind: "closed" });
    expect((await get(linus, photo.url)).status).toBe(200);
    await leaveRoom(linus, room.id);
    expect((await get(linus, photo.url)).status).toBe(404);
    await updateRoom(grace, room.id, { kind: "open" });
  });

  it("to a session for as long as it is one", async () => {
    const linus = await newPerson("Linus");
    const { cookie } = await cookieOf(linus);
    const ask = () => fetch(new URL(photo.url, origin()), { headers: { cookie } });
    expect((await ask()).status).toBe(200);
    await endSessions(linus);
    expect((await ask()).status).toBe(401);
  });

  it("with headers that let nothing in it act, and that a browser may keep", async () => {
    const answer = await get(grace, photo.url);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(photo.size),
      "content-disposition": `inline; filename="Photo u.png"; filename*=UTF-8''Photo%20%C3%BC.png`,
      "content-security-policy": expect.stringMatching(/default-src 'none'.*sandbox/),
      "cache-control": "private, max-age=60, must-revalidate",
      "accept-ranges": "bytes",
      vary: "Cookie, Authorization",
    });
    const again = await get(grace, photo.url, { "if-none-match": answer.headers.get("etag") ?? "" });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const saved = await get(grace, `${photo.url}?download`);
    expect(saved.headers.get("content-disposition")).toMatch(/^attachment/);
  });

  it("in ranges, as players ask for them", async () => {
    const whole = Buffer.from(await (await get(grace, video.url)).arrayBuffer());
    const ask = async (range: string) => {
      const answer = await get(grace, video.url, { range });
      const { headers } = answer;
      return [answer.status, headers.get("content-range"), Buffer.from(await answer.arrayBuffer())];
    };
    const { size } = video;
    expect(await ask("bytes=0-")).toEqual([206, `bytes 0-${size - 1}/${size}`, whole]);
    expect(await ask("bytes=10-19")).toEqual([206, `bytes 10-19/${size}`, whole.subarray(10, 20)]);
    expect(await ask("bytes=-5")).toEqual([206, `bytes ${size - 5}-${size - 1}/${size}`, whole.subarray(-5)]);
    expect(await ask(`bytes=${size}-`)).toEqual([416, `bytes */${size}`, Buffer.alloc(0)]);
    expect(await ask("bytes=0-1,4-5")).toEqual([200, null, whole]);
  });

  it("by its headers alone to who asks for these, and not to who would write", async () => {
    const headers = { cookie: (await cookieOf(grace)).cookie };
    const head = await fetch(new URL(video.url, origin()), { method: "HEAD", headers });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, String(video.size), ""]);
    const put = await fetch(new URL(video.url, origin()), { method: "PUT", headers, body: "mine" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });
});

it.each([
  "/files/",
  "/files/../../etc/passwd",
  "/files/%2e%2e%2fauth-secret",
  "/files/00000000-0000-7000-8000-000000000000/small/../original",
  "/files/objects",
  "/uploads/anything",
  "/uploads/67-0.1.0.10.99999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
])("nothing is found at %s", async (path) => {
  expect([403, 404, 405]).toContain((await get(grace, path)).status);
});
