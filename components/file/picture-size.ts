import { PREVIEW_LARGE_PX, PREVIEW_SMALL_PX } from "@/protocol/limits";

export type Size = { width: number; height: number };

/** What a picture, or a film, that stands alone takes at most in the log. */
const ALONE_MAX: Size = { width: 420, height: 320 };
/** What is smaller is still to be seen and pressed. */
const SIDE_MIN = 44;
/** Of what nobody has measured yet. */
const UNKNOWN: Size = { width: 320, height: 240 };

/** The place of a picture in the log: known before it is loaded, so that the page never jumps; never larger than it is. */
export function placeOf({ width, height }: Partial<Size>): Size {
  if (!width || !height) return UNKNOWN;
  const scale = Math.min(1, ALONE_MAX.width / width, ALONE_MAX.height / height);
  return {
    width: Math.max(SIDE_MIN, Math.round(width * scale)),
    height: Math.max(SIDE_MIN, Math.round(height * scale)),
  };
}

/** The addresses of a picture's previews with their widths, for `srcset`. */
export function sourceSet({ width, height, small, large }: Partial<Size> & { small?: string; large?: string }): string {
  if (!width || !height) return "";
  const widthIn = (px: number) => Math.round(width * Math.min(1, px / Math.max(width, height)));
  return [small && `${small} ${widthIn(PREVIEW_SMALL_PX)}w`, large && `${large} ${widthIn(PREVIEW_LARGE_PX)}w`]
    .filter(Boolean)
    .join(", ");
}
