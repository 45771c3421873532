import type { Size } from "./picture-size";

/** How a picture is seen: how many times larger than it fits, and how far it was moved, in pixels. */
export type View = { scale: number; x: number; y: number };
/** From the middle of the stage, in pixels. */
export type Point = { x: number; y: number };

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
const SCALE_MAX = 6;

/** Zooms by a factor around a point, which stays where it is. */
export function zoomAt(view: View, factor: number, point: Point, stage: Size): View {
  const scale = Math.min(SCALE_MAX, Math.max(1, view.scale * factor));
  if (scale === 1) return WHOLE;
  const grown = scale / view.scale;
  const moved = { scale, x: point.x - (point.x - view.x) * grown, y: point.y - (point.y - view.y) * grown };
  return keepIn(moved, stage);
}

export function moveBy(view: View, dx: number, dy: number, stage: Size): View {
  return keepIn({ ...view, x: view.x + dx, y: view.y + dy }, stage);
}

/** The picture's edge never leaves the stage's. */
function keepIn({ scale, x, y }: View, { width, height }: Size): View {
  return { scale, x: within(x, (width * (scale - 1)) / 2), y: within(y, (height * (scale - 1)) / 2) };
}

function within(value: number, max: number): number {
  return Math.min(max, Math.max(-max, value));
}
