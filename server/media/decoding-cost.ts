import type { Metadata } from "sharp";

type Measured = Pick<Metadata, "width" | "height"> & Partial<Omit<Metadata, "format">> & { format?: string };

const MEBIBYTE = 1024 * 1024;
/** To choose the best codes for a JPEG, its encoder holds all of it, six bytes for each pixel. */
export const OPTIMIZED_PIXELS_MAX = 16_000_000;
/** The decoders' and encoders' own, and what the lines under way take. */
const BASE_BYTES = 48 * MEBIBYTE;

/**
 * The memory that decoding, turning and re-encoding a picture takes, estimated from above by what was measured
 * (docs/decisions/untrusted-content.md). Pixels alone say little: a progressive JPEG is held as a whole, twice as large as its pixels,
 * where a plain PNG passes through in lines.
 */
export function decodingBytes(metadata: Measured): number {
  const { width, height, pages = 1, pageHeight, orientation = 1 } = metadata;
  const pixels = width * (pageHeight ?? height);
  const channels = Math.max(metadata.channels ?? 4, 3);
  const depthBytes = metadata.depth === "ushort" || (metadata.bitsPerSample ?? 8) > 8 ? 2 : 1;
  const turned = orientation > 1 ? channels * depthBytes : 0;
  const held = bytesHeld(metadata, { pixels, channels, depthBytes, pages });
  return Math.ceil(BASE_BYTES + pixels * (held + turned));
}

type Shape = { pixels: number; channels: number; depthBytes: number; pages: number };

/** For each pixel of a frame. */
function bytesHeld({ format, isProgressive, chromaSubsampling }: Measured, shape: Shape): number {
  const { pixels, channels, depthBytes, pages } = shape;
  switch (format) {
    case "jpeg": {
      // Coefficients of two bytes for each sample; those of the colours are a quarter as many in 4:2:0.
      const coefficients = chromaSubsampling?.startsWith("4:2:0") ? 3.5 : 2.2 * channels;
      return 1 + (isProgressive ? coefficients : 0) + (pixels <= OPTIMIZED_PIXELS_MAX ? 6.5 : 0);
    }
    case "png":
      return isProgressive ? 2 * channels * depthBytes : 3;
    // libwebp holds every frame, and the whole picture of each.
    case "webp":
      return pages > 1 ? 9 * pages : 15;
    case "gif":
      return 12;
    // Ours: drawn once, and then read again as a WebP.
    case "apng":
      return 18 * pages;
    case "heif":
      return 8 + 4 * channels * depthBytes;
    default:
      return 16 * depthBytes;
  }
}
