import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { openMedia } from "@/server/media/open-media";
import { measurePicture } from "@/server/media/pictures";
import { Parsers } from "@/server/parsing/parsers";

/**
 * What decoding large pictures takes, of all of a server's processes together:
 *
 *     node --import tsx test/measure/pictures.ts [name…]
 */

const SIDE_PX = 7_000;
const MEGABYTE = 1e6;
const SAMPLE_MS = 20;
const PAGE_BYTES = 4_096;

type Kind = { name: string; type: string; count?: number; make(picture: Sharp): Sharp };

const KINDS: Kind[] = [
  { name: "JPEG", type: "image/jpeg", make: (picture) => picture.jpeg() },
  { name: "JPEG, turned", type: "image/jpeg", make: (picture) => picture.jpeg().withMetadata({ orientation: 6 }) },
  { name: "JPEG, progressive", type: "image/jpeg", make: (picture) => picture.jpeg({ progressive: true }) },
  {
    name: "two JPEGs, progressive",
    type: "image/jpeg",
    count: 2,
    make: (picture) => picture.jpeg({ progressive: true }),
  },
  {
    name: "JPEG, progressive 4:4:4, turned",
    type: "image/jpeg",
    make: (picture) => picture.jpeg({ progressive: true, chromaSubsampling: "4:4:4" }).withMetadata({ orientation: 6 }),
  },
  {
    name: "JPEG, progressive CMYK",
    type: "image/jpeg",
    make: (picture) => picture.toColourspace("cmyk").jpeg({ progressive: true, chromaSubsampling: "4:4:4" }),
  },
  { name: "PNG", type: "image/png", make: (picture) => picture.png({ compressionLevel: 1 }) },
  {
    name: "PNG, interlaced, 16 bits",
    type: "image/png",
    make: (picture) => picture.ensureAlpha(0.5).toColourspace("rgb16").png({ compressionLevel: 1, progressive: true }),
  },
  { name: "WebP", type: "image/webp", make: (picture) => picture.webp({ effort: 0 }) },
  {
    name: "WebP, lossless",
    type: "image/webp",
    make: (picture) => picture.ensureAlpha(0.5).webp({ lossless: true, effort: 0 }),
  },
  { name: "AVIF", type: "image/avif", make: (picture) => picture.avif({ effort: 0 }) },
  {
    name: "AVIF, 12 bits",
    type: "image/avif",
    make: (picture) => picture.avif({ effort: 0, bitdepth: 12, chromaSubsampling: "4:4:4" }),
  },
];

const wanted = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), "adda-pictures-"));
console.log(
  `${SIDE_PX} x ${SIDE_PX} pixels, ${process.version}\n\n| picture | estimated | growth of all processes | time |\n|---|---:|---:|---:|`,
);
for (const kind of KINDS) {
  if (wanted.length === 0 || wanted.includes(kind.name)) await measure(kind);
}
rmSync(dir, { recursive: true });

async function measure({ name, type, count = 1, make }: Kind): Promise<void> {
  const path = join(dir, "picture");
  const noise = { type: "gaussian", mean: 128, sigma: 8 } as const;
  const given = { create: { width: SIDE_PX, height: SIDE_PX, channels: 3, background: "white", noise } } as const;
  try {
    await make(sharp(given)).toFile(path);
  } catch (error) {
    console.log(`| ${name} | cannot be made: ${String(error).split("\n")[0]} | | |`);
    return;
  }
  const estimated = await measurePicture({ path, type, pixelsMax: SIDE_PX ** 2 });
  const parsers = new Parsers();
  const media = openMedia({ picturePixelsMax: SIDE_PX ** 2, decodingBytesMax: 1024 * 1024 * 1024 }, parsers);
  // The processes are there before the clock begins: what they take by themselves is not the picture's.
  await Promise.all(Array.from({ length: 2 }, () => media.sniff(readFileSync(path).subarray(0, 64), "a.bin")));
  const before = residentBytes();
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes());
  }, SAMPLE_MS);
  const began = performance.now();
  const results = await Promise.allSettled(
    Array.from({ length: count }, async (_, index) => {
      const made = join(dir, `${name} ${index}`);
      await mkdir(made);
      await media.picture((work) => work(path), type, made);
    }),
  );
  clearInterval(timer);
  const refused = results.flatMap((result) =>
    result.status === "rejected" ? [String(result.reason.cause ?? result.reason)] : [],
  );
  const mb = (bytes: number) => `${Math.round(bytes / MEGABYTE)} MB`;
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`| ${name} | ${mb(estimated)} | ${mb(most - before)} | ${seconds} s |${refused.join(" ")}`);
  parsers.close();
}

/** Of this process and of those that it started. */
function residentBytes(): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids
    .filter((pid) => Number(pid) === process.pid || parentOf(pid) === process.pid)
    .reduce((sum, pid) => sum + residentOf(pid), 0);
}

function parentOf(pid: string): number {
  return Number(read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ")[1]);
}

function residentOf(pid: string): number {
  return Number(read(`/proc/${pid}/statm`).split(" ")[1] ?? 0) * PAGE_BYTES;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
