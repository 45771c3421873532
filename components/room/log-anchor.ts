/**
 * The log's scroller lays its content out from the bottom (`flex-direction: column-reverse`), so its
 * `scrollTop` is 0 at the end and negative above: what changes above the reader moves nothing, and a
 * reader at the end stays there, both without a script. Only a change below somebody who has scrolled up
 * would carry their page away; an anchor puts it back.
 */
export type Anchor = {
  row: Element;
  /** Where the row's top is in the content, seen from where the view's top is at the end. */
  place: number;
};

/** How far the view is above the end of the log. A rubber band that stretches past the end counts as none. */
export function distanceFromEnd(scroller: Element): number {
  return Math.max(0, -scroller.scrollTop);
}

/** The first row that is in view. */
export function pickAnchor(scroller: Element, rows: Iterable<Element>): Anchor | null {
  const top = scroller.getBoundingClientRect().top;
  for (const row of rows) {
    if (row.getBoundingClientRect().bottom > top) return anchorAt(row, scroller);
  }
  return null;
}

export function anchorAt(row: Element, scroller: Element): Anchor {
  return { row, place: placeOf(row, scroller) };
}

/** By how much the anchor has moved for another reason than scrolling; 0 when it is gone. */
export function driftOf({ row, place }: Anchor, scroller: Element): number {
  return row.isConnected ? placeOf(row, scroller) - place : 0;
}

/**
 * Scrolls after an anchor that drifted. What the browser rounds off is left for the next time, so that it
 * does not add up; what it cannot scroll, at the ends, is given up.
 */
export function followDrift(anchor: Anchor, scroller: Element, drift: number): void {
  const before = scroller.scrollTop;
  scroller.scrollTop = before + drift;
  const scrolled = scroller.scrollTop - before;
  anchor.place += Math.abs(drift - scrolled) < 1 ? scrolled : drift;
}

function placeOf(row: Element, scroller: Element): number {
  return row.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
}
