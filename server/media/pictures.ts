import { access, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Metadata, type Sharp, type SharpOptions } from "sharp";
import { PREVIEW_LARGE_PX, PREVIEW_SMALL_PX } from "@/protocol/limits";
import { decodingBytes, OPTIMIZED_PIXELS_MAX } from "./decoding-cost";
import { type Made, type Picture, type Preview, UnfitFile } from "./media";
import { drawMovingPng } from "./moving-png";
import { splitPng } from "./split-png";

/** A picture that takes longer than this is no picture that anybody waits for. */
const TIMEOUT_S = 20;
/**
 * What a picture that moves may have of the pixels of a still, over all its frames. A GIF's are decoded one after the
 * other; of all else libvips holds every frame at once; a PNG's are drawn by us and then held twice.
 */
const MOVING_FACTOR: Record<string, number> = { "image/gif": 4, "image/apng": 0.5 };
const FRAMES_MAX = 1_000;
/** A PNG that moves is taken apart in memory; a larger one is shown still. */
const MOVING_PNG_MAX_BYTES = 32 * 1024 * 1024;
const PLACEHOLDER_PX = 16;
/** Of a still that somebody took, or a page shows of itself. */
const POSTER_PIXELS_MAX = 16_000_000;
const POSTER_BYTES_MAX = 256 * 1024 * 1024;
// One thread for each picture, and as many pictures as there are cores: sharp would use them all for each.
sharp.concurrency(1);
sharp.cache(false);
// Of all that libvips reads, only what we serve: every other decoder is a door.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpeg",
    "VipsForeignLoadPng",
    "VipsForeignLoadWebp",
    "VipsForeignLoadNsgif",
    "VipsForeignLoadHeif",
  ],
});

type Given = { path: string; type: string; pixelsMax: number };

/**
 * What decoding a picture takes, by its headers alone.
 * @returns the bytes of memory, estimated from above.
 * @throws UnfitFile when it has too many pixels.
 */
export async function measurePicture({ path, type, pixelsMax }: Given): Promise<number> {
  try {
    if (type === "image/apng" && (await stat(path)).size <= MOVING_PNG_MAX_BYTES) {
      const { width, height, frames } = await splitPng(await readFile(path), FRAMES_MAX);
      if (frames.length > 1) {
        measure({ autoOrient: { width, height }, pages: frames.length }, pixelsMax, type);
        return decodingBytes({ format: "apng", width, height, pages: frames.length });
      }
    }
    const metadata = await sharp(path, { failOn: "error", limitInputPixels: false }).metadata();
    measure(metadata, pixelsMax, type);
    return decodingBytes(metadata);
  } catch (error) {
    await access(path);
    throw unfit(error, "file");
  }
}

export async function makePicture({ path, type, dir, pixelsMax }: Given & { dir: string }): Promise<Picture> {
  try {
    if (type === "image/apng") return await makeMovingPng(path, dir, pixelsMax);
    const metadata = await sharp(path, { failOn: "error", limitInputPixels: false }).metadata();
    const size = measure(metadata, pixelsMax, type);
    const animated = (metadata.pages ?? 1) > 1;
    const made = animated ? await makeMoving(path, dir, size) : await makeStill(path, type, dir, size);
    const placeholder = await makePlaceholder(openStill(path));
    return { ...made, ...size, animated, placeholder };
  } catch (error) {
    // A picture that is not there is no fault of the picture.
    await access(path);
    throw unfit(error, "file");
  }
}

async function makeMovingPng(path: string, dir: string, pixelsMax: number): Promise<Picture> {
  const { size } = await stat(path);
  const still = { path, type: "image/png", dir, pixelsMax };
  if (size > MOVING_PNG_MAX_BYTES) return makePicture(still);
  const drawn = join(dir, "drawn");
  const moves = await drawMovingPng(path, drawn, {
    framesMax: FRAMES_MAX,
    timeoutS: TIMEOUT_S,
    refuse: ({ pages, ...autoOrient }) => measure({ autoOrient, pages }, pixelsMax, "image/apng"),
  });
  return makePicture(moves ? { ...still, path: drawn, type: "image/webp" } : still);
}

/** @param bytes a small still of a video, as the browser saw it. */
export async function makePoster({ bytes, dir }: { bytes: Uint8Array; dir: string }): Promise<Preview> {
  try {
    const open = () =>
      sharp(bytes, { failOn: "error", limitInputPixels: POSTER_PIXELS_MAX, autoOrient: true }).timeout({
        seconds: TIMEOUT_S,
      });
    const metadata = await open().metadata();
    const size = measure(metadata, POSTER_PIXELS_MAX, null);
    if (decodingBytes(metadata) > POSTER_BYTES_MAX) throw new UnfitFile("poster", "This picture is too large.");
    const made = await makePreviews(open, dir);
    return { ...size, placeholder: await makePlaceholder(open()), made };
  } catch (error) {
    throw unfit(error, "poster");
  }
}

/** The first page of a document, on white as paper is. */
export async function makePage({ path, dir }: { path: string; dir: string }): Promise<Preview> {
  // Loaded by who draws a page: a child that decodes pictures has no need of it.
  const { drawFirstPage } = await import("./pdf");
  const page = await drawFirstPage(path);
  const { width, height, pixels } = page;
  const open = () => sharp(pixels, { raw: { width, height, channels: 4 } }).flatten({ background: "white" });
  const made = await makePreviews(open, dir, page);
  return { width, height, placeholder: await makePlaceholder(open()), made };
}

/** The size as it is shown. @throws UnfitFile before a single pixel is decoded. */
function measure(
  metadata: Pick<Metadata, "autoOrient" | "pages">,
  pixelsMax: number,
  type: string | null,
): { width: number; height: number } {
  const { width, height } = metadata.autoOrient;
  const pages = metadata.pages ?? 1;
  const pixels = width * height;
  const max = pages > 1 ? pixelsMax * (MOVING_FACTOR[type ?? ""] ?? 1) : pixelsMax;
  if (pixels > pixelsMax || pixels * pages > max || pages > FRAMES_MAX) {
    const most = `${Math.floor(max / 1e6)} million pixels${pages > 1 ? ` and ${FRAMES_MAX} frames` : ""}`;
    throw new UnfitFile(
      "file",
      `This picture is too large: it may have at most ${most}. Make it smaller and try again.`,
    );
  }
  return { width, height };
}

async function makeStill(path: string, type: string, dir: string, size: { width: number; height: number }) {
  const full = join(dir, "full");
  const source = openStill(path);
  const isPhoto = type === "image/jpeg";
  const isLossless = type === "image/png";
  const optimizeCoding = size.width * size.height <= OPTIMIZED_PIXELS_MAX;
  if (isPhoto) await source.jpeg({ quality: 88, optimizeCoding }).toFile(full);
  else if (isLossless) await source.png({ compressionLevel: 7 }).toFile(full);
  else await source.webp({ quality: 88, effort: 3 }).toFile(full);
  const format = isPhoto ? JPEG : isLossless ? PNG : WEBP;
  const previews = await makePreviews(() => openStill(path), dir, size);
  return { ...format, made: { full, ...previews } };
}

/** What moves goes on moving, as WebP; its large preview would be as large as itself, so it has a small one alone. */
async function makeMoving(path: string, dir: string, { width, height }: { width: number; height: number }) {
  const made = { full: join(dir, "full"), small: join(dir, "small"), still: join(dir, "still") };
  const fits = Math.max(width, height) <= PREVIEW_LARGE_PX;
  const full = open(path, { animated: true });
  await (fits ? full : shrink(full, PREVIEW_LARGE_PX)).webp({ quality: 80, effort: 2 }).toFile(made.full);
  await shrink(open(path, { animated: true }), PREVIEW_SMALL_PX)
    .webp({ quality: 70, effort: 2 })
    .toFile(made.small);
  await shrink(openStill(path), PREVIEW_LARGE_PX).webp({ quality: 80, effort: 3 }).toFile(made.still);
  return { ...WEBP, made };
}

async function makePreviews(
  source: () => Sharp,
  dir: string,
  size = { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY },
): Promise<Made> {
  const made: Made = { small: join(dir, "small") };
  await shrink(source(), PREVIEW_SMALL_PX).webp({ quality: 75, effort: 3 }).toFile(join(dir, "small"));
  if (Math.max(size.width, size.height) <= PREVIEW_SMALL_PX) return made;
  await shrink(source(), PREVIEW_LARGE_PX).webp({ quality: 80, effort: 3 }).toFile(join(dir, "large"));
  return { ...made, large: join(dir, "large") };
}

async function makePlaceholder(source: Sharp): Promise<string> {
  const tiny = await shrink(source, PLACEHOLDER_PX).webp({ quality: 40, effort: 3 }).toBuffer();
  return `data:image/webp;base64,${tiny.toString("base64")}`;
}

function openStill(path: string): Sharp {
  return open(path, { pages: 1 });
}

/** Errors in the data end it, and so does the clock. Whatever the camera wrote is left out, after it was turned upright. */
function open(path: string, options: SharpOptions): Sharp {
  return sharp(path, { ...options, failOn: "error", limitInputPixels: false, autoOrient: true }).timeout({
    seconds: TIMEOUT_S,
  });
}

function shrink(source: Sharp, px: number): Sharp {
  return source.resize({ width: px, height: px, fit: "inside", withoutEnlargement: true });
}

function unfit(error: unknown, field: "file" | "poster"): UnfitFile {
  if (error instanceof UnfitFile) return error;
  const refusal = new UnfitFile(field, "This picture is broken, cut off or no picture at all: it was not kept.");
  refusal.cause = error;
  return refusal;
}

const JPEG = { type: "image/jpeg", extension: "jpg" };
const PNG = { type: "image/png", extension: "png" };
const WEBP = { type: "image/webp", extension: "webp" };
