import { randomUUID } from "node:crypto";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import type { MessageFile } from "@/protocol/files";
import { createRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { MP4, pdfThatDraws } from "../support/hostile";
import { newPerson } from "../support/people";

useTestDomain();
const { upload, get, objects } = useTestFiles();

async function newRoom() {
  const grace = await newPerson("Grace");
  return { grace, room: await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}` }) };
}

/** A picture of noise, which no encoder makes small. */
function noise(width: number, height: number) {
  return sharp({
    create: { width, height, channels: 3, background: "white", noise: { type: "gaussian", mean: 128, sigma: 40 } },
  });
}

/** Frames of one colour each. */
async function moving(width: number, height: number, colours: string[]): Promise<Buffer> {
  const frames = colours.map((background) =>
    sharp({ create: { width, height, channels: 4, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(frames), { join: { animated: true } })
    .gif({ delay: colours.map(() => 100) })
    .toBuffer();
}

async function bytesOf(viewer: Viewer, address: string | undefined): Promise<Buffer> {
  const answer = await get(viewer, address ?? "missing");
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

describe("a picture", () => {
  it("comes out upright, without what the camera wrote into it, with two previews and a placeholder of its shape", async () => {
    const { grace, room } = await newRoom();
    const photo = await noise(2_000, 1_000)
      .jpeg()
      .withExif({ IFD0: { Copyright: "somebody" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "48/1 51/1 29/1" } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect((await sharp(photo).metadata()).exif?.toString("latin1")).toContain("somebody");

    const file = await upload(grace, room.id, { name: "holiday.JPEG", bytes: photo });
    expect(file).toMatchObject({
      kind: "image",
      type: "image/jpeg",
      name: "holiday.JPEG",
      width: 1_000,
      height: 2_000,
    });
    expect(file).not.toHaveProperty("animated");
    const full = await bytesOf(grace, file.url);
    expect(full.length).toBe(file.size);
    const shown = await sharp(full).metadata();
    expect(shown).toMatchObject({ format: "jpeg", width: 1_000, height: 2_000 });
    expect([shown.exif, shown.xmp, shown.iptc, shown.orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(full.includes("somebody")).toBe(false);
    for (const [address, width, height] of [
      [file.small, 240, 480],
      [file.large, 720, 1_440],
    ] as const) {
      expect(await sharp(await bytesOf(grace, address)).metadata()).toMatchObject({ format: "webp", width, height });
    }
    const [, base64 = ""] = file.placeholder?.split("base64,") ?? [];
    expect(await sharp(Buffer.from(base64, "base64")).metadata()).toMatchObject({ width: 8, height: 16 });
    expect(file.placeholder?.length).toBeLessThan(600);
  });

  it("that is small is its own large preview", async () => {
    const { grace, room } = await newRoom();
    const file = await upload(grace, room.id, { name: "dot.png", bytes: await noise(20, 10).png().toBuffer() });
    expect(file).toMatchObject({ type: "image/png", width: 20, height: 10 });
    expect(file).not.toHaveProperty("large");
    expect(await sharp(await bytesOf(grace, file.small)).metadata()).toMatchObject({ width: 20, height: 10 });
  });

  it("that moves goes on moving, and has a still", async () => {
    const { grace, room } = await newRoom();
    const gif = await moving(600, 300, ["red", "green", "blue"]);
    const file = await upload(grace, room.id, { name: "dance.gif", bytes: gif });
    expect(file).toMatchObject({
      kind: "image",
      type: "image/webp",
      name: "dance.webp",
      animated: true,
      width: 600,
      height: 300,
    });
    expect(await sharp(await bytesOf(grace, file.url), { animated: true }).metadata()).toMatchObject({
      format: "webp",
      pages: 3,
      pageHeight: 300,
      delay: [100, 100, 100],
    });
    expect(await sharp(await bytesOf(grace, file.small), { animated: true }).metadata()).toMatchObject({
      pages: 3,
      pageHeight: 240,
      width: 480,
    });
    expect((await sharp(await bytesOf(grace, file.still)).metadata()).pages ?? 1).toBe(1);
  });

  it.each([
    ["webp", (picture: Sharp) => picture.webp()],
    ["avif", (picture: Sharp) => picture.avif({ effort: 0 })],
  ])("in %s is shown as WebP", async (extension, encode) => {
    const { grace, room } = await newRoom();
    const bytes = await encode(noise(64, 48)).toBuffer();
    const file: MessageFile = await upload(grace, room.id, { name: `new.${extension}`, bytes });
    expect(file).toMatchObject({ kind: "image", type: "image/webp", name: "new.webp", width: 64, height: 48 });
  });

  it("of another type than its name says gets the right name", async () => {
    const { grace, room } = await newRoom();
    const bytes = await noise(30, 30).png().toBuffer();
    expect(await upload(grace, room.id, { name: "photo.jpg", bytes })).toMatchObject({
      name: "photo.png",
      type: "image/png",
    });
    expect(await upload(grace, room.id, { name: "no ending", bytes })).toMatchObject({
      name: "no ending.png",
      kind: "image",
    });
  });

  it("leaves no original behind", async () => {
    const { grace, room } = await newRoom();
    const before = (await objects()).length;
    await upload(grace, room.id, { name: "photo.jpg", bytes: await noise(1_500, 900).jpeg().toBuffer() });
    const names = (await objects()).map((path) => path.split("/").at(-1));
    expect(
      names
        .slice()
        .sort()
        .filter((name) => name === "original"),
    ).toEqual([]);
    expect(names.length - before).toBe(3);
  });
});

describe("a video", () => {
  it("has the still that its sender's browser took", async () => {
    const { grace, room } = await newRoom();
    const video = Buffer.concat([
      Buffer.from("0000001c66747970" + "6d703432000000006d70343269736f6d" + "69736f32", "hex"),
      Buffer.alloc(500),
    ]);
    const poster = (await noise(320, 180).webp().toBuffer()).toString("base64");
    const file = await upload(grace, room.id, { name: "clip.mp4", bytes: video, poster, durationMs: 4_200 });
    expect(file).toMatchObject({ kind: "video", type: "video/mp4", width: 320, height: 180, durationMs: 4_200 });
    expect(await sharp(await bytesOf(grace, file.small)).metadata()).toMatchObject({ format: "webp", width: 320 });
    const range = await get(grace, file.url, { range: "bytes=4-7" });
    expect([range.status, await range.text(), range.headers.get("content-range")]).toEqual([
      206,
      "ftyp",
      `bytes 4-7/${video.length}`,
    ]);
  });
});

it("the still of a video is turned as its sender saw it", async () => {
  const { grace, room } = await newRoom();
  const turned = await noise(320, 180).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const given = { name: "clip.mp4", bytes: MP4, poster: turned.toString("base64") };
  const file = await upload(grace, room.id, given);
  expect(file).toMatchObject({ width: 180, height: 320 });
  expect(await sharp(await bytesOf(grace, file.small)).metadata()).toMatchObject({ width: 180, height: 320 });
});

describe("a document", () => {
  it("has its first page as its preview", async () => {
    const { grace, room } = await newRoom();
    const file = await upload(grace, room.id, {
      name: "paper.pdf",
      bytes: pdfThatDraws("0.9 0.1 0.1 rg 0 0 300 600 re f"),
    });
    expect(file).toMatchObject({ kind: "pdf", type: "application/pdf", width: 720, height: 1_440 });
    const { data, info } = await sharp(await bytesOf(grace, file.large))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 720, height: 1_440 });
    const [red = 0, green = 0] = data.subarray((700 * 720 + 300) * info.channels);
    expect(red).toBeGreaterThan(200);
    expect(green).toBeLessThan(60);
    const whole = await get(grace, file.url);
    expect(whole.headers.get("content-disposition")).toMatch(/^attachment/);
  });

  it.each([
    ["is broken", Buffer.from("%PDF-1.7\nthis is none")],
    ["draws without an end", pdfThatDraws("0 0 m ".concat("1 1 l 2 2 l S 0 0 m ".repeat(400_000)))],
    ["is larger than any paper", pdfThatDraws("", [0, 0, 14_400_000, 14_400_000])],
  ])("that %s is a file without a preview, or with one, and harms nobody", async (_, bytes) => {
    const { grace, room } = await newRoom();
    const file = await upload(grace, room.id, { name: "paper.pdf", bytes });
    expect(file).toMatchObject({ kind: "pdf", size: bytes.length });
  });
});

describe("sound", () => {
  const webm = Buffer.from(
    "1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806700000000",
    "hex",
  );

  it("that was recorded here is a voice note, whatever container the recorder chose", async () => {
    const { grace, room } = await newRoom();
    const given = { bytes: webm, durationMs: 3_000, waveform: [0, 50, 100] };
    const note = await upload(grace, room.id, { name: "note.webm", voice: true, ...given });
    expect(note).toMatchObject({ kind: "voice", type: "audio/webm", durationMs: 3_000, waveform: [0, 50, 100] });
    const song = await upload(grace, room.id, { name: "song.weba", ...given });
    expect(song).toMatchObject({ kind: "audio", type: "audio/webm" });
    expect(await upload(grace, room.id, { name: "clip.webm", ...given })).toMatchObject({
      kind: "video",
      type: "video/webm",
    });
  });
});
