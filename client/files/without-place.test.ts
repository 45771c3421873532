import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withoutPlace } from "./without-place";

const PLACE = "+48.8577+002.2950/";
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function box(type: string, ...content: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = join(...content);
  const header = new Uint8Array(8);
  new DataView(header.buffer).setUint32(0, 8 + body.length);
  header.set(ascii(type), 4);
  return join(header, body);
}

/** The same with its length in 64 bits, as of a film of gigabytes. */
function longBox(type: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  view.setUint32(0, 1);
  header.set(ascii(type), 4);
  view.setBigUint64(8, BigInt(16 + content.length));
  return join(header, content);
}

const MADE_AT = "made";
/** A header of the given version, of a film, a track or its media: when it was made and changed, and the rest. */
const header = (type: string, version: 0 | 1 = 0) =>
  box(type, new Uint8Array([version, 0, 0, 0]), ascii(MADE_AT.repeat(version === 1 ? 4 : 2)), ascii(`rest of ${type}`));
const media = (name: string) =>
  box("mdia", header("mdhd", 1), box("hdlr", new Uint8Array(8), ascii(name), new Uint8Array(12)));
const track = (name: string, ...more: Uint8Array[]) => box("trak", header("tkhd"), media(name), ...more);
const TYPE = box("ftyp", ascii("qt  "));
const FILM = ascii("the film's own bytes, udta and all");

async function strip(...boxes: Uint8Array[]) {
  const before = join(...boxes);
  const blob = await withoutPlace(new Blob([before], { type: "video/quicktime" }));
  return { before, after: new Uint8Array(await blob.arrayBuffer()), type: blob.type };
}

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

describe("a film", () => {
  const movie = box(
    "moov",
    header("mvhd", 1),
    track("vide", box("udta", ascii("lens")), box("meta", ascii(PLACE))),
    track("soun"),
    track("meta", ascii("tables")),
    box("udta", box("\u00a9xyz", ascii(PLACE))),
    box("meta", ascii(`com.apple.quicktime.location.ISO6709 ${PLACE}`)),
    box("gps ", ascii("where it is said")),
  );
  const BESIDE = [box("uuid", ascii(`XMP ${PLACE}`)), box("meta", ascii(PLACE)), box("udta", ascii(PLACE))];

  test.each([
    ["before its pictures", [TYPE, movie, box("mdat", FILM)]],
    ["after its pictures", [TYPE, longBox("mdat", FILM), movie]],
    ["of the old kind", [box("wide"), box("mdat", FILM), movie]],
    ["between what was added beside it", [TYPE, ...BESIDE, movie, box("mdat", FILM), longBox("uuid", ascii(PLACE))]],
  ])("%s keeps everything but what the camera wrote", async (_, boxes) => {
    const { before, after, type } = await strip(...boxes);
    expect(type).toBe("video/quicktime");
    expect(after.length).toBe(before.length);
    expect(text(before)).toContain(PLACE);
    expect(text(after)).not.toContain(PLACE);
    for (const gone of ["lens", "where it is said", MADE_AT]) expect(text(after)).not.toContain(gone);
    expect(text(after)).toContain(text(FILM));
    expect(text(after).match(/free/g)).toHaveLength(boxes.length > 3 ? 9 : 5);
    for (const kept of ["mvhd", "tkhd", "mdhd"]) expect(text(after)).toContain(`rest of ${kept}`);
    for (const kept of ["vide", "soun", "tables"]) expect(text(after)).toContain(kept);
    const again = await withoutPlace(new Blob([after]));
    expect(new Uint8Array(await again.arrayBuffer())).toEqual(after);
  });
});

test.each([
  ["sound alone, which keeps its title", [TYPE, box("moov", track("soun"), box("udta", ascii("A song")))]],
  ["a picture", [box("ftyp", ascii("heic")), box("meta", ascii(PLACE)), box("mdat", FILM)]],
  ["no such file", [ascii("RIFF....WEBP"), ascii(PLACE)]],
  ["a picture that is a sequence, too", [TYPE, box("meta", ascii(PLACE)), box("moov", track("pict")), box("mdat")]],
  ["nothing", []],
  ["a box that ends after the file", [TYPE, box("moov", track("vide")).subarray(0, 30)]],
])("%s stays as it is", async (_, boxes) => {
  const { before, after } = await strip(...boxes);
  expect(after).toEqual(before);
});

test("whatever the bytes are, as many come out", async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom(TYPE, box("udta"), track("vide"), track("meta"), box("moov", track("vide"), box("udta", FILM))),
    fc.constantFrom("moov", "trak", "udta", "meta", "mdia", "hdlr", "vide").map(ascii),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const { before, after } = await strip(TYPE, ...pieces);
      expect(after.length).toBe(before.length);
    }),
  );
});
