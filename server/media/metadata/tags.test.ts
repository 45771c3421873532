import { describe, expect, it } from "vitest";
import { recording } from "@/test/support/recordings";
import { edited } from "./edits";
import { memorySource } from "./source";
import { planFor } from "./strip-metadata";

const PLACE = "+52.5163+013.3777/";
const ascii = (text: string) => Buffer.from(text, "latin1");
const SOUND = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(400, 7)]);

function id3(content: Buffer, { flags = 0, signature = "ID3", size = content.length } = {}): Buffer {
  const bytes = [21, 14, 7, 0].map((shift) => (size >> shift) & 0x7f);
  return Buffer.concat([
    ascii(signature),
    Buffer.from([4, 0, flags, ...bytes]),
    signature === "ID3" ? content : ascii(""),
  ]);
}

function ape(content: Buffer): Buffer {
  const end = (flags: number) => {
    const bytes = Buffer.alloc(32);
    bytes.write("APETAGEX", "latin1");
    bytes.writeUInt32LE(2_000, 8);
    bytes.writeUInt32LE(content.length + 32, 12);
    bytes.writeUInt32LE(1, 16);
    bytes.writeUInt32LE(flags, 20);
    return bytes;
  };
  return Buffer.concat([end(0xa0000000), content, end(0x80000000)]);
}

const lyrics = (text: string) => {
  const begun = `LYRICSBEGIN${text}`;
  return ascii(`${begun}${String(begun.length).padStart(6, "0")}LYRICS200`);
};
const id3v1 = (text: string) => ascii(`TAG${text.padEnd(125, "\0")}`);

function strip(...parts: Buffer[]) {
  const before = Buffer.concat(parts);
  const { edits, isComplete } = planFor(memorySource(before));
  return { before, after: edited(before, edits), isComplete };
}

describe("a sound loses", () => {
  it.each([
    ["two tags before it", [id3(ascii(PLACE)), id3(ascii(PLACE)), SOUND]],
    ["a tag with a footer", [id3(ascii(PLACE), { flags: 0x10 }), id3(ascii(PLACE), { signature: "3DI" }), SOUND]],
    ["an old tag after it, and a longer one", [SOUND, ascii(`TAG+${PLACE.padEnd(223, "\0")}`), id3v1(PLACE)]],
    ["an APE tag, its words and an old tag after it", [SOUND, ape(ascii(PLACE)), lyrics(PLACE), id3v1(PLACE)]],
    ["a tag that stands after it", [SOUND, id3(ascii(PLACE)), id3(ascii(PLACE), { signature: "3DI" })]],
  ])("%s", (_, parts) => {
    const { before, after, isComplete } = strip(...parts);
    expect(before.includes(PLACE)).toBe(true);
    expect(after.includes(PLACE)).toBe(false);
    expect(after.includes(SOUND)).toBe(true);
    expect({ isComplete, length: after.length }).toEqual({ isComplete: true, length: before.length });
  });
});

describe("a sound may keep metadata, and stays whole, with", () => {
  it.each([
    ["a tag that ends after the file", [id3(ascii(PLACE), { size: 100_000 }), SOUND]],
    ["a tag that begins before the file", [SOUND, ape(ascii(PLACE)).subarray(40)]],
    ["more tags than anybody writes", [...Array.from({ length: 20 }, () => id3(ascii(PLACE))), SOUND]],
    ["words of no length", [SOUND, ascii(`LYRICSBEGIN${PLACE}-1e999LYRICS200`)]],
    ["something else after its tag", [id3(ascii(PLACE)), ascii(PLACE), SOUND]],
  ])("%s", (_, parts) => {
    const { after, isComplete } = strip(...parts);
    expect(after.includes(SOUND)).toBe(true);
    expect(isComplete).toBe(false);
  });
});

it("FLAC after a tag loses both", () => {
  const { after, isComplete } = strip(id3(ascii(PLACE)), recording("sound.flac"));
  expect({ isComplete, says: /48\.8577|52\.5163/.test(after.toString("latin1")) }).toEqual({
    isComplete: true,
    says: false,
  });
});

describe("a wave", () => {
  const chunk = (type: string, content: Buffer, size = content.length) => {
    const header = Buffer.alloc(8);
    header.write(type, "latin1");
    header.writeUInt32LE(size, 4);
    return Buffer.concat([header, content, Buffer.alloc(content.length % 2)]);
  };
  const wave = (...chunks: Buffer[]) => strip(ascii("RIFF\0\0\0\0WAVE"), chunk("fmt ", Buffer.alloc(16, 1)), ...chunks);
  const data = chunk("data", ascii("the sound's own bytes"));

  it("loses all chunks but its own, in front and behind, of any name", () => {
    const named = ["LIST", "bext", "iXML", "id3 ", "_PMX", "cart", "axml"];
    const chunks = named.map((type) => chunk(type, ascii(`INFO${PLACE}`)));
    const { after, isComplete } = wave(...chunks, data, ...chunks);
    expect({ isComplete, says: after.includes(PLACE) }).toEqual({ isComplete: true, says: false });
    expect(after.includes(data)).toBe(true);
  });

  it("that breaks off within its sound is kept whole", () => {
    const { before, after, isComplete } = wave(chunk("data", ascii("the sound's own bytes"), 1_000_000));
    expect(after.equals(before)).toBe(true);
    expect(isComplete).toBe(true);
  });

  it("that goes on as no wave does may keep metadata", () => {
    const { after, isComplete } = wave(data, Buffer.from("\0\x01\x02\x03garbage", "latin1"));
    expect(after.includes(data)).toBe(true);
    expect(isComplete).toBe(false);
  });
});
