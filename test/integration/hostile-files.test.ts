import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createRoom, type RoomSummary } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import * as hostile from "../support/hostile";
import { newPerson } from "../support/people";
import { rest, tokenOf } from "../support/rest";

useTestDomain();
const { upload, get, objects, rows } = useTestFiles();

type Bytes = Buffer | Promise<Buffer>;
type ErrorBody = { error: { code: string; message: string; field?: string } };

let grace: Viewer;
let room: RoomSummary;
let asGrace: { token: string };

beforeAll(async () => {
  grace = await newPerson("Grace");
  room = await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}` });
  asGrace = await tokenOf(grace);
});

describe("before a byte travels, one sentence says what is wrong with", () => {
  it.each([
    ["a name with a path", { name: "../../etc/passwd" }, "name"],
    ["a name with a path of Windows", { name: "C:\\Windows\\win.ini" }, "name"],
    ["a name that is a folder's", { name: ".." }, "name"],
    ["a name with a line break", { name: "a\r\nSet-Cookie: b.txt" }, "name"],
    ["a name with NUL", { name: "photo.png\0.exe" }, "name"],
    ["a name with an escape", { name: "\u001b[2Jphoto.png" }, "name"],
    ["a name that turns the text around", { name: "harmless-\u202egpj.exe" }, "name"],
    ["a name with a right-to-left mark", { name: "photo\u200f.png" }, "name"],
    ["a name with an isolate", { name: "photo\u2067.png" }, "name"],
    ["a name with a space of no width", { name: "pass\u200bword.txt" }, "name"],
    ["a name with half an emoji", { name: "photo\ud83d.png" }, "name"],
    ["a name that is too long", { name: `${"n".repeat(200)}.png` }, "name"],
    ["a name of spaces", { name: " \t " }, "name"],
    ["a name that is a list", { name: ["a.png"] }, "name"],
    ["no name", { name: undefined }, "name"],
    ["no bytes", { size: 0 }, "size"],
    ["fewer bytes than none", { size: -1 }, "size"],
    ["half a byte", { size: 1.5 }, "size"],
    ["a size of text", { size: "10" }, "size"],
    ["more bytes than a file may have", { size: 256 * 1024 * 1024 + 1 }, "size"],
    ["more bytes than there are", { size: 1e300 }, "size"],
    ["a description that is too long", { alt: "a".repeat(1_001) }, "alt"],
    ["a description with NUL", { alt: "a\0b" }, "alt"],
    ["a width of no picture", { width: 1e9 }, "width"],
    ["a waveform without an end", { waveform: Array(65).fill(1) }, "waveform"],
    ["a waveform louder than loud", { waveform: [101] }, "waveform.0"],
  ])("%s", async (_, given, field) => {
    const before = await rows();
    const call = { ...asGrace, body: { name: "file.bin", size: 10, ...given } };
    const { status, body } = await rest<ErrorBody>("POST", `/api/rooms/${room.slug}/files`, call);
    expect({ status, field: body.error.field }).toEqual({
      status: field === "size" && status === 413 ? 413 : 400,
      field,
    });
    expect(body.error.message).toMatch(/^\S.{10,}\.$/);
    expect(await rows()).toBe(before);
  });
});

describe("what came is refused with one sentence, and nothing of it stays, when it is", () => {
  it.each<[string, string, () => Bytes]>([
    ["a picture that claims 2,500 million pixels", "bomb.png", () => hostile.png(50_000, 50_000, { withData: false })],
    ["a picture of 50 KB that has 400 million pixels", "bomb.png", () => hostile.png(20_000, 20_000)],
    ["a picture one pixel high and far too wide", "line.png", () => hostile.png(2_000_000_000, 1, { withData: false })],
    ["a GIF whose frames claim 400 million pixels", "bomb.gif", () => hostile.gif(20_000, 20_000, 2)],
    ["a GIF of 5,000 frames", "flood.gif", () => hostile.gif(1, 1, 5_000)],
    ["a photo that claims 4,000 million pixels", "bomb.jpg", () => hostile.jpegThatClaims(65_500, 65_500)],
    ["a WebP that claims 268 million pixels", "bomb.webp", () => hostile.webpThatClaims(16_383, 16_383)],
    ["a photo that was cut off", "cut.jpg", () => hostile.cut(hostile.picture().jpeg().toBuffer())],
    ["a PNG that was cut off", "cut.png", () => hostile.cut(hostile.picture().png().toBuffer())],
    ["a WebP that was cut off", "cut.webp", () => hostile.cut(hostile.picture().webp().toBuffer())],
    ["an AVIF that was cut off", "cut.avif", () => hostile.cut(hostile.picture().avif({ effort: 0 }).toBuffer(), 0.8)],
    ["a GIF that was cut off", "cut.gif", () => hostile.cut(hostile.picture().gif().toBuffer(), 0.2)],
    ["a PNG whose header is all there is", "head.png", () => hostile.cut(hostile.png(10, 10), 0.4)],
    ["a PNG that was spoilt on the way", "spoilt.png", () => hostile.spoilt(hostile.picture().png().toBuffer())],
    ["a page that is called a picture", "photo.png", () => hostile.HTML],
    ["a drawing with a script that is called a picture", "photo.jpg", () => hostile.SVG],
    ["a script for a picture program that is called a picture", "photo.png", () => hostile.SCRIPT_OF_PICTURES],
    ["a program that is called a picture", "photo.jpeg", () => hostile.PROGRAM],
    ["a document that is called a picture", "photo.webp", () => hostile.PDF],
    ["an archive that is called a video", "clip.mp4", () => hostile.ZIP],
    ["a picture that is called a video", "clip.webm", () => hostile.picture().png().toBuffer()],
    ["noise that is called a song", "song.mp3", () => randomBytes(10_000)],
    ["a picture that is called a document", "paper.pdf", () => hostile.picture().png().toBuffer()],
    ["a script that begins as a picture", "both.gif", () => Buffer.from("GIF89a/*\0\0*/=1;alert(document.cookie)//")],
    ["a PNG that moves and claims 2,500 million pixels", "bomb.png", () => moves({ width: 50_000, height: 50_000 })],
    ["a PNG that moves whose frames are 5,000", "flood.png", () => hostile.movingPng(DOT, Array(5_000).fill(FRAME))],
    ["a PNG that moves with fewer frames than announced", "less.png", () => moves(DOT, { announced: 4_000_000_000 })],
    ["a PNG that moves with a frame outside", "out.png", () => moves(DOT, {}, { x: 4_294_967_295 })],
    ["a PNG that moves with a frame larger than itself", "large.png", () => moves(DOT, {}, { width: 9, height: 9 })],
    ["a PNG that moves with a frame that disposes of nothing known", "odd.png", () => moves(DOT, {}, { dispose: 3 })],
    ["a PNG that moves with a frame blended as nothing known", "odd.png", () => moves(DOT, {}, { blend: 2 })],
    [
      "a PNG that moves whose frames were swapped",
      "swap.png",
      () => moves(DOT, { change: (all) => all.toReversed().toSorted(headFirst) }),
    ],
    [
      "a PNG that moves with a frame of no data",
      "none.png",
      () => moves(DOT, { change: (all) => all.filter(([type]) => type !== "fdAT") }),
    ],
    ["a PNG that moves with a frame of noise", "noise.png", () => moves(DOT, { change: noisy })],
    [
      "a PNG that moves with a header of three bytes",
      "head.png",
      () =>
        moves(DOT, {
          change: (all) => all.map(([type, data]) => [type, type === "fcTL" ? data.subarray(0, 3) : data]),
        }),
    ],
    ["a PNG that moves with a palette of a megabyte", "palette.png", () => moves(DOT, { change: withPalette })],
    ["a PNG that moves and was cut off", "cut.png", () => hostile.cut(moves(DOT), 0.8)],
    ["a PNG that moves and was spoilt on the way", "spoilt.png", () => hostile.spoilt(moves(DOT))],
    ["a PNG that moves in 2.8 million empty texts", "texts.png", () => hostile.swollen(moves(DOT), "tEXt", 2 ** 25)],
    ["a PNG that moves in 2.8 million empty frames", "data.png", () => hostile.swollen(moves(DOT), "IDAT", 2 ** 25)],
    [
      "a PNG that moves, has one frame and 56 million pixels",
      "one.png",
      () => hostile.movingPng({ width: 8_000, height: 7_000 }, [{ width: 8_000, height: 7_000, colour: "red" }]),
    ],
    ["one byte that is called a picture", "one.png", () => Buffer.from([0x89])],
  ])("%s", async (_, name, make) => {
    const bytes = await make();
    const before = [await objects(), await rows()];
    const refusal = await upload(grace, room.id, { name, bytes }).catch((error) => error);
    expect(refusal).toMatchObject({ code: "invalid", details: { field: "file" } });
    expect(refusal.message).toMatch(/^[A-Z].{20,}\.$/);
    expect([await objects(), await rows()]).toEqual(before);
  });
});

describe("a video whose still is no picture is shown without one:", () => {
  it.each<[string, () => Bytes]>([
    ["a bomb", () => hostile.png(20_000, 20_000, { withData: false })],
    ["cut off", () => hostile.cut(hostile.picture().jpeg().toBuffer())],
    ["a page", () => hostile.HTML],
    ["nothing", () => Buffer.from([0])],
  ])("%s", async (_, make) => {
    const poster = (await make()).toString("base64");
    const file = await upload(grace, room.id, { name: "clip.mp4", bytes: hostile.MP4, poster, width: 64, height: 48 });
    expect(file).toMatchObject({ kind: "video", width: 64, height: 48 });
    expect(file).not.toHaveProperty("small");
    expect((await get(grace, `${file.url}/small`)).status).toBe(404);
    expect((await get(grace, file.url)).status).toBe(200);
  });
});

describe("what is a picture and something else too comes out as the picture alone:", () => {
  it.each<[string, string, () => Promise<Buffer>]>([
    [
      "an archive behind it",
      "both.png",
      async () => Buffer.concat([await hostile.picture().png().toBuffer(), Buffer.from("PAYLOAD"), hostile.ZIP]),
    ],
    [
      "a page behind it",
      "both.jpg",
      async () => Buffer.concat([await hostile.picture().jpeg().toBuffer(), hostile.HTML, Buffer.from("PAYLOAD")]),
    ],
    [
      "a comment with a script",
      "both.jpg",
      async () => withComment(await hostile.picture().jpeg().toBuffer(), "PAYLOAD <script>"),
    ],
    ["a text that unpacks to a hundred megabytes", "both.png", async () => hostile.pngWithTextBomb(100_000_000)],
    [
      "a text that nobody packed",
      "both.png",
      async () => hostile.png(9, 9, { chunks: [["tEXt", Buffer.from("Comment\0PAYLOAD")]] }),
    ],
  ])("%s", async (_, name, make) => {
    const file = await upload(grace, room.id, { name, bytes: await make() });
    expect(file.kind).toBe("image");
    const shown = Buffer.from(await (await get(grace, file.url)).arrayBuffer());
    expect(shown.includes("PAYLOAD")).toBe(false);
    expect(shown.length).toBeLessThan(100_000);
  });
});

describe("what could act as a page is only ever saved:", () => {
  it.each<[string, string, Buffer, string]>([
    ["a page", "page.html", hostile.HTML, "text/plain; charset=utf-8"],
    ["a drawing with a script", "drawing.svg", hostile.SVG, "text/plain; charset=utf-8"],
    ["a document full of entities", "bomb.xml", hostile.ENTITIES, "text/plain; charset=utf-8"],
    ["a document", "paper.pdf", hostile.PDF, "application/pdf"],
    ["a program", "setup.exe", hostile.PROGRAM, "application/x-msdownload"],
    ["an archive that unpacks to a thousand times its size", "bomb.gz", hostile.GZIP_BOMB, "application/gzip"],
    ["bytes of no kind", "noise", Buffer.from("00ff00fe0102", "hex"), "application/octet-stream"],
  ])("%s", async (_, name, bytes, type) => {
    const file = await upload(grace, room.id, { name, bytes });
    const answer = await get(grace, file.url);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": type,
      "content-disposition": expect.stringMatching(/^attachment; filename="/),
      "content-security-policy": expect.stringContaining("sandbox"),
      "content-length": String(bytes.length),
    });
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    for (const variant of ["small", "large", "still", "original", "full", "../x"]) {
      expect((await get(grace, `${file.url}/${variant}`)).status).toBe(404);
    }
  });
});

const DOT = { width: 8, height: 8 };
const FRAME = { ...DOT, colour: "red" };

type MovingOptions = NonNullable<Parameters<typeof hostile.movingPng>[2]>;
type Chunks = [string, Buffer][];

/** Two frames that move, the second of them as `last` says. */
function moves(size: typeof DOT, options: MovingOptions = {}, last: object = {}): Promise<Buffer> {
  return hostile.movingPng(size, [FRAME, { ...FRAME, ...last }], options);
}

function headFirst([a]: [string, Buffer], [b]: [string, Buffer]): number {
  const rank = (type: string) => ["IHDR", "acTL", "fcTL", "IDAT", "fdAT", "IEND"].indexOf(type);
  return rank(a) - rank(b);
}

function withPalette([head, control, ...others]: Chunks): Chunks {
  return [head as Chunks[0], control as Chunks[0], ["PLTE", Buffer.alloc(1_048_575)], ...others];
}

function noisy(chunks: Chunks): Chunks {
  return chunks.map(([type, data]) => [
    type,
    type === "fdAT" ? Buffer.concat([data.subarray(0, 4), randomBytes(40)]) : data,
  ]);
}

/** A comment in front of everything else that a JPEG has. */
function withComment(jpeg: Buffer, text: string): Buffer {
  const marker = Buffer.from([0xff, 0xfe, 0, text.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, Buffer.from(text), jpeg.subarray(2)]);
}
