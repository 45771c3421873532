const SHOWN_MS = 2_000;
/** Of that, how long the colour stands before it fades. */
const STANDS_UNTIL = 0.6;
const COLOR = "var(--highlight)";

/** Shows which message somebody was led to: by a colour for a moment, and by the focus. */
export function pointOut(row: Element): void {
  const message = row.querySelector<HTMLElement>("article");
  message?.focus({ preventScroll: true });
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const end = isStill ? { backgroundColor: COLOR } : {};
  message?.animate([{ backgroundColor: COLOR }, { backgroundColor: COLOR, offset: STANDS_UNTIL }, end], SHOWN_MS);
}
