import { deflateSync, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { PLACE, recording } from "@/test/support/recordings";
import { edited } from "./edits";
import { memorySource } from "./source";
import { planFor } from "./strip-metadata";

const ascii = (text: string) => Buffer.from(text, "latin1");
const HEX = ascii(PLACE).toString("hex");

/** A document of these objects. Their table is not looked at. */
function pdf(objects: (string | Buffer)[], trailer = "/Root 1 0 R /Info 2 0 R"): Buffer {
  const bodies = objects.map((object, index) =>
    Buffer.concat([ascii(`${index + 1} 0 obj\n`), Buffer.from(object as string, "latin1"), ascii("\nendobj\n")]),
  );
  return Buffer.concat([ascii("%PDF-1.7\n"), ...bodies, ascii(`trailer\n<< ${trailer} >>\n%%EOF\n`)]);
}

function stream(dictionary: string, content: Buffer): Buffer {
  const head = ascii(`<< ${dictionary} /Length ${content.length} >>\nstream\n`);
  return Buffer.concat([head, content, ascii("\nendstream")]);
}

function strip(before: Buffer) {
  const { edits, isComplete } = planFor(memorySource(before));
  return { after: edited(before, edits), isComplete };
}

/** The document, and what its compressed streams say. */
function unpacked(bytes: Buffer): string {
  const streams = [...bytes.toString("latin1").matchAll(/stream\r?\n/g)].map(({ index, 0: word }) => {
    try {
      return inflateSync(bytes.subarray(index + word.length)).toString("latin1");
    } catch {
      return "";
    }
  });
  return bytes.toString("latin1") + streams.join("");
}

const CATALOG = "<< /Type /Catalog /Pages 9 0 R >>";
const EMPTY = "<< >>";
const XMP = ascii(`<?xpacket?><x:xmpmeta xmlns:x="adobe:ns:meta/">${PLACE}</x:xmpmeta>${" ".repeat(60)}`);

describe("a document loses", () => {
  it.each<[string, Buffer]>([
    ["texts of its information", pdf([CATALOG, `<< /Title (a \\( (b) ${PLACE}) /Author <${HEX}> /Mine (${PLACE}) >>`])],
    ["names that are texts themselves", pdf([CATALOG, `<< /${PLACE.replace("/", "")} /Yes /Title (>> ${PLACE}) >>`])],
    ["a text that stands elsewhere", pdf([CATALOG, "<< /Title 3 0 R >>", `(${PLACE})`])],
    ["an older revision", Buffer.concat([pdf([CATALOG, `<< /Title (${PLACE}) >>`]), pdf([CATALOG, EMPTY])])],
    ["its XMP", pdf([CATALOG, EMPTY, stream("/Type /Metadata /Subtype /XML", XMP)])],
    ["its XMP of a wrong length", pdf([CATALOG, EMPTY, `<< /Type/Metadata /Length 7 >>\nstream\n${XMP}\nendstream`])],
    ["its compressed XMP", pdf([CATALOG, EMPTY, stream("/Type /Metadata /Filter /FlateDecode", deflateSync(XMP))])],
    ["what a camera wrote into a picture", pdf([CATALOG, EMPTY, stream("/Filter /DCTDecode", photo())])],
    ["what is packed into streams of objects", recording("packed.pdf")],
  ])("%s", (_, before) => {
    expect(unpacked(before)).toMatch(/48\.8577|2b34382e38353737/);
    const { after, isComplete } = strip(before);
    expect(unpacked(after)).not.toMatch(/48\.8577|2b34382e38353737/);
    expect({ isComplete, length: after.length }).toEqual({ isComplete: true, length: before.length });
    expect(strip(after).after.equals(after)).toBe(true);
  });
});

describe("a document is left as it is and may keep metadata, when it", () => {
  const info = `<< /Title (${PLACE}) >>`;
  it.each<[string, Buffer]>([
    ["is locked", pdf([CATALOG, info], "/Info 2 0 R /Encrypt 3 0 R")],
    ["is signed", pdf([CATALOG, info, "<< /Type /Sig /ByteRange [0 10 20 30] >>"])],
  ])("%s", (_, before) => {
    const { after, isComplete } = strip(before);
    expect(after.equals(before)).toBe(true);
    expect(isComplete).toBe(false);
  });
});

it.each<[string, Buffer]>([
  ["whose information is nowhere", pdf([CATALOG])],
  ["whose information does not end", pdf([CATALOG, `<< /Title (${PLACE}`])],
  ["with files in it", pdf([CATALOG, EMPTY, stream("/Type /EmbeddedFile", ascii(PLACE))])],
  ["whose XMP is packed in another way", pdf([CATALOG, EMPTY, stream("/Type /Metadata /Filter /LZWDecode", XMP)])],
  ["whose objects unpack to too much", pdf([CATALOG, EMPTY, bomb()])],
])("a document %s may keep metadata", (_, before) => {
  expect(strip(before).isComplete).toBe(false);
});

it("the page of a document stays as it was", () => {
  const { after } = strip(recording("plain.pdf"));
  expect(after.includes("(The page) Tj")).toBe(true);
  expect(after.subarray(-300).includes("startxref")).toBe(true);
});

it.each([
  ["objects that never end", "1 0 obj<<"],
  ["texts that never end", "1 0 obj<</T("],
  ["streams without an end", "1 0 obj<</Type/Metadata>>stream\n"],
  ["information without an end", "/Info 1 0 R 1 0 obj <"],
])(
  "a document of nothing but %s is read through once",
  (_, piece) => {
    const { isComplete } = strip(Buffer.concat([ascii("%PDF-1.7\n"), Buffer.alloc(1_000_000, piece, "latin1")]));
    expect(typeof isComplete).toBe("boolean");
  },
  2_000,
);

function photo(): Buffer {
  const written = ascii(`Exif\0\0${PLACE}`);
  const header = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 2 + written.length]);
  return Buffer.concat([header, written, Buffer.from([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9])]);
}

function bomb(): Buffer {
  return stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflateSync(Buffer.alloc(20_000_000)));
}
