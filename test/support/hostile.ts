import { crc32, deflateSync, gzipSync } from "node:zlib";
import sharp from "sharp";

/** Bytes that mean harm, or that were cut, mixed up or mislabelled on the way. */

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A PNG of zeros, one bit a pixel, with more chunks before its data; without data it only claims its size. */
export function png(
  width: number,
  height: number,
  { withData = true, chunks = [] as [string, Buffer][] } = {},
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(1, 8);
  const rows = withData
    ? deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 })
    : Buffer.alloc(0);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    ...chunks.map(([type, data]) => chunk(type, data)),
    chunk("IDAT", rows),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** One frame of a PNG that moves: where it is, what it shows, and how it is drawn. */
type Frame = {
  x?: number;
  y?: number;
  width: number;
  height: number;
  colour: string;
  dispose?: number;
  blend?: number;
};

/** A PNG that moves. `change` has each of its chunks before it is summed up, and gives those that take its place. */
export async function movingPng(
  size: { width: number; height: number },
  frames: readonly Frame[],
  { announced = frames.length, change = (chunks: [string, Buffer][]) => chunks } = {},
): Promise<Buffer> {
  const chunks: [string, Buffer][] = [["acTL", numbers(announced, 0)]];
  let sequence = 0;
  for (const [index, { x = 0, y = 0, width, height, colour, dispose = 0, blend = 0 }] of frames.entries()) {
    const drawn = await sharp({ create: { width, height, channels: 4, background: colour } })
      .png()
      .toBuffer();
    const control = Buffer.concat([
      numbers(sequence++, width, height, x, y),
      Buffer.from([0, 5, 0, 100, dispose, blend]),
    ]);
    chunks.push(["fcTL", control]);
    const data = dataOf(drawn);
    chunks.push(index === 0 ? ["IDAT", data] : ["fdAT", Buffer.concat([numbers(sequence++), data])]);
  }
  const header = Buffer.concat([numbers(size.width, size.height), Buffer.from([8, 6, 0, 0, 0])]);
  const all = change([["IHDR", header], ...chunks, ["IEND", Buffer.alloc(0)]]);
  return Buffer.concat([SIGNATURE, ...all.map(([type, data]) => chunk(type, data))]);
}

/** The same file with empty chunks of this type before what stands at its end, so many bytes in all. */
export async function swollen(png: Buffer | Promise<Buffer>, type: string, bytes: number): Promise<Buffer> {
  const whole = await png;
  const end = whole.length - chunk("IEND", Buffer.alloc(0)).length;
  const empty = chunk(type, Buffer.alloc(0));
  const count = Math.floor((bytes - whole.length) / empty.length);
  return Buffer.concat([whole.subarray(0, end), Buffer.alloc(count * empty.length, empty), whole.subarray(end)]);
}

/** What its data chunks hold, together. */
function dataOf(png: Buffer): Buffer {
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, end));
    at = end + 4;
  }
  return Buffer.concat(data);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

/** A PNG whose text unpacks to so many bytes. */
export function pngWithTextBomb(bytes: number): Buffer {
  const packed = deflateSync(Buffer.alloc(bytes), { level: 9 });
  return png(8, 8, { chunks: [["zTXt", Buffer.concat([Buffer.from("Comment\0\0", "latin1"), packed])]] });
}

/** A GIF of so many frames of this size, whose data is one pixel. */
export function gif(width: number, height: number, frames: number): Buffer {
  const header = Buffer.from("47494638396100000000800000ffffff000000", "hex");
  header.writeUInt16LE(width, 6);
  header.writeUInt16LE(height, 8);
  const control = Buffer.from("21f904000a000000", "hex");
  const image = Buffer.from("2c0000000001000100000202440100", "hex");
  image.writeUInt16LE(width, 5);
  image.writeUInt16LE(height, 7);
  const frame = Buffer.concat([control, image]);
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
}

/** A JPEG whose header says another size than its data has. */
export async function jpegThatClaims(width: number, height: number): Promise<Buffer> {
  const bytes = await picture().jpeg().toBuffer();
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

/** The same of a lossy WebP. */
export async function webpThatClaims(width: number, height: number): Promise<Buffer> {
  const bytes = await picture().webp().toBuffer();
  const start = bytes.indexOf(Buffer.from([0x9d, 0x01, 0x2a]));
  bytes.writeUInt16LE(width, start + 3);
  bytes.writeUInt16LE(height, start + 5);
  return bytes;
}

export function picture() {
  const noise = { type: "gaussian" as const, mean: 128, sigma: 40 };
  return sharp({ create: { width: 200, height: 150, channels: 3, background: "white", noise } });
}

export async function cut(bytes: Buffer | Promise<Buffer>, share = 0.5): Promise<Buffer> {
  const whole = await bytes;
  return whole.subarray(0, Math.floor(whole.length * share));
}

/** Every seventh byte of the middle is another one. */
export async function spoilt(bytes: Buffer | Promise<Buffer>): Promise<Buffer> {
  const copy = Buffer.from(await bytes);
  for (let i = Math.floor(copy.length / 3); i < copy.length / 2; i += 7) copy[i] = (copy[i] ?? 0) ^ 0xff;
  return copy;
}

export const HTML = Buffer.from("<!doctype html><script>document.title = 'mine'</script>");
export const SVG = Buffer.from(
  `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>`,
);
export const ENTITIES = Buffer.from(
  `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]><a>&c;&d;</a>`,
);
export const PROGRAM = Buffer.concat([Buffer.from("MZ"), Buffer.alloc(200), Buffer.from("PE\0\0")]);
export const SCRIPT_OF_PICTURES = Buffer.from(
  "push graphic-context\nfill 'url(https://example.org/\"|id\")'\npop graphic-context\n",
);
export const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n");
export const ZIP = Buffer.concat([Buffer.from("504b0506", "hex"), Buffer.alloc(18)]);
export const GZIP_BOMB = gzipSync(Buffer.alloc(50_000_000));
export const MP4 = Buffer.concat([
  Buffer.from("0000001c667479706d703432000000006d70343269736f6d69736f32", "hex"),
  Buffer.alloc(500),
]);

/** A document of one page, by hand: readers mend the table that it lacks. */
export function pdfThatDraws(drawing: string, box = [0, 0, 300, 600]): Buffer {
  return Buffer.from(`%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [${box.join(" ")}] /Contents 4 0 R >> endobj
4 0 obj << /Length ${drawing.length} >> stream
${drawing}
endstream endobj
trailer << /Root 1 0 R >>
%%EOF
`);
}
