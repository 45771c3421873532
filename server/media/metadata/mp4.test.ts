import { describe, expect, it } from "vitest";
import { edited } from "./edits";
import { memorySource } from "./source";
import { planFor } from "./strip-metadata";

const PLACE = "+48.8577+002.2950/";
const ascii = (text: string) => Buffer.from(text, "latin1");

function box(type: string, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([numbers(8 + body.length), ascii(type), body]);
}

function longBox(type: string, content: Buffer): Buffer {
  return Buffer.concat([numbers(1), ascii(type), numbers(0, 16 + content.length), content]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

const header = (type: string) => box(type, numbers(0), ascii("MADECHNG"), ascii("rest"));
const media = (handler: string, ...more: Buffer[]) =>
  box("mdia", header("mdhd"), box("hdlr", numbers(0, 0), ascii(handler), numbers(0, 0, 0)), ...more);
const track = (handler: string, ...more: Buffer[]) => box("trak", header("tkhd"), media(handler), ...more);
const FILE_TYPE = box("ftyp", ascii("qt  "));
const FILM = box("mdat", ascii("the film's own bytes, udta and all"));

function strip(...boxes: Buffer[]) {
  const before = Buffer.concat(boxes);
  const { edits, isComplete } = planFor(memorySource(before));
  return { before, after: edited(before, edits), isComplete };
}

describe("a film", () => {
  const movie = box(
    "moov",
    header("mvhd"),
    track("vide", box("udta", ascii("lens")), box("meta", ascii(PLACE))),
    track("soun", box("uuid", ascii(PLACE))),
    box("udta", box("\u00a9xyz", ascii(PLACE))),
    box("meta", ascii(PLACE)),
    box("gps ", ascii(PLACE)),
  );

  it.each([
    ["before its pictures", [FILE_TYPE, movie, FILM]],
    ["after its pictures", [FILE_TYPE, FILM, movie]],
    ["after pictures of gigabytes", [FILE_TYPE, longBox("mdat", ascii("the film's own")), movie]],
    ["beside what was added", [FILE_TYPE, box("uuid", ascii(PLACE)), box("SEFT", ascii(PLACE)), movie, FILM]],
    ["before free space that is not empty", [FILE_TYPE, movie, FILM, box("free", ascii(PLACE))]],
    ["before pictures that break off", [FILE_TYPE, movie, FILM.subarray(0, 30)]],
  ])("keeps everything but its metadata, with its index %s", (_, boxes) => {
    const { before, after, isComplete } = strip(...boxes);
    expect(before.includes(PLACE)).toBe(true);
    for (const gone of [PLACE, "lens", "MADE", "CHNG"]) expect(after.includes(gone)).toBe(false);
    for (const kept of ["the film's own", "mvhd", "rest", "vide", "soun"]) expect(after.includes(kept)).toBe(true);
    expect({ isComplete, length: after.length }).toEqual({ isComplete: true, length: before.length });
    expect(edited(after, planFor(memorySource(after)).edits).equals(after)).toBe(true);
  });

  /** Two chunks of two samples each among the pictures, at these offsets, with these bytes a sample. */
  const tables = (offsets: number[], sizes: number[]) =>
    box(
      "minf",
      box(
        "stbl",
        box("stsz", numbers(0, 0, sizes.length, ...sizes)),
        box("stsc", numbers(0, 1, 1, 2, 1)),
        box("stco", numbers(0, offsets.length, ...offsets)),
      ),
    );
  const timed = (offsets: number[], sizes: number[]) =>
    box("moov", track("vide"), box("trak", header("tkhd"), media("meta", tables(offsets, sizes))));
  const pictures = box("mdat", ascii(`first${PLACE}second${PLACE}third`));
  const at = FILE_TYPE.length + pictures.indexOf(PLACE);

  it("loses the samples of a track that says where the camera was, and none beside them", () => {
    const chunks = [at, at + PLACE.length + "second".length];
    const { after, isComplete } = strip(FILE_TYPE, pictures, timed(chunks, [10, 8, 10, 8]));
    expect(after.includes(PLACE)).toBe(false);
    expect(after.includes("second")).toBe(true);
    expect(after.includes("meta")).toBe(false);
    expect(isComplete).toBe(true);
  });

  it.each([
    ["outside of the pictures", [4], [10, 8]],
    ["after the end of the file", [4_000_000_000], [10, 8]],
    ["longer than the file", [at, at], [4_000_000_000, 4_000_000_000]],
    ["again and again", Array(1_000).fill(at), Array(2_000).fill(18)],
    ["more than it has", [at, at, at], [1]],
  ])("may keep some whose tables name samples %s, and its pictures are left alone", (_, offsets, sizes) => {
    const { after, isComplete } = strip(FILE_TYPE, pictures, timed(offsets, sizes));
    expect(after.includes(pictures)).toBe(true);
    expect(isComplete).toBe(false);
  });
});

it.each([
  ["a picture", [box("ftyp", ascii("heic")), box("meta", ascii(PLACE)), FILM]],
  ["a picture that is a sequence, too", [FILE_TYPE, box("meta", ascii(PLACE)), box("moov", track("pict")), FILM]],
  ["nothing but its beginning", [FILE_TYPE]],
])("%s is left as it is and may keep metadata", (_, boxes) => {
  const { before, after, isComplete } = strip(...boxes);
  expect(after.equals(before)).toBe(true);
  expect(isComplete).toBe(false);
});

it("a file of a million empty boxes comes to an end", () => {
  const { isComplete } = strip(FILE_TYPE, box("moov", track("vide")), Buffer.alloc(8_000_000, box("free")));
  expect(isComplete).toBe(false);
});
