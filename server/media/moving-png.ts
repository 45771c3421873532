import { readFile } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import sharp from "sharp";
import { type MovingPng, type PngFrame, splitPng } from "./split-png";

const CHANNELS = 4;

type Bounds = {
  framesMax: number;
  /** Seconds for each frame, and for all that was drawn. */
  timeoutS: number;
  refuse(size: { width: number; height: number; pages: number }): void;
};

/**
 * Draws a PNG that moves, which libvips reads the first frame of, frame by frame, and writes it as a WebP that moves and
 * loses nothing.
 * @param refuse called with its size and number of frames before a pixel is decoded; throws when that is too much.
 * @returns false when it has one frame alone: it is a still, and nothing was drawn.
 * @throws Error when it is broken.
 */
export async function drawMovingPng(
  from: string,
  to: string,
  { framesMax, timeoutS, refuse }: Bounds,
): Promise<boolean> {
  const moving = await splitPng(await readFile(from), framesMax);
  const { width, height, loop, frames } = moving;
  if (frames.length === 1) return false;
  refuse({ width, height, pages: frames.length });
  const pixels = await drawFrames(moving, timeoutS);
  const raw = { width, height: height * frames.length, channels: CHANNELS, pageHeight: height } as const;
  // As browsers do: a frame that says nothing of its time has a tenth of a second.
  const delay = frames.map(({ delayMs }) => (delayMs <= 10 ? 100 : delayMs));
  await sharp(pixels, { raw, limitInputPixels: false })
    .timeout({ seconds: timeoutS })
    .webp({ lossless: true, effort: 0, delay, loop })
    .toFile(to);
  return true;
}

/** All frames below each other, as they are seen. */
async function drawFrames({ width, height, frames }: MovingPng, timeoutS: number): Promise<Buffer> {
  const size = width * height * CHANNELS;
  const drawn = Buffer.alloc(size * frames.length);
  let canvas: Buffer = Buffer.alloc(size);
  for (const [index, frame] of frames.entries()) {
    const before = frame.dispose === "previous" ? Buffer.from(canvas) : null;
    canvas = await draw(frame, canvas, { width, height, timeoutS });
    canvas.copy(drawn, index * size);
    if (before) canvas = before;
    else if (frame.dispose === "background") clear(frame, canvas, width);
    await nextTurn();
  }
  return drawn;
}

async function draw(
  frame: PngFrame,
  canvas: Buffer,
  { width, height, timeoutS }: { width: number; height: number; timeoutS: number },
): Promise<Buffer> {
  const { data, info } = await sharp(frame.png, { failOn: "error", limitInputPixels: width * height })
    .timeout({ seconds: timeoutS })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== frame.width || info.height !== frame.height || info.channels !== CHANNELS) {
    throw new Error("A frame is not what it says.");
  }
  if (frame.blend === "over") {
    const input = { input: data, raw: { width: frame.width, height: frame.height, channels: CHANNELS } } as const;
    return sharp(canvas, { raw: { width, height, channels: CHANNELS } })
      .timeout({ seconds: timeoutS })
      .composite([{ ...input, left: frame.x, top: frame.y }])
      .raw()
      .toBuffer();
  }
  const row = frame.width * CHANNELS;
  for (const [y, at] of rowsOf(frame, width)) data.copy(canvas, at, y * row, (y + 1) * row);
  return canvas;
}

function clear(frame: PngFrame, canvas: Buffer, width: number): void {
  for (const [, at] of rowsOf(frame, width)) canvas.fill(0, at, at + frame.width * CHANNELS);
}

/** Where on the canvas each of the frame's rows begins. */
function* rowsOf({ x, y, height }: PngFrame, width: number): Generator<[row: number, at: number]> {
  for (let row = 0; row < height; row++) yield [row, ((y + row) * width + x) * CHANNELS];
}
