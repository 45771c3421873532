"use client";

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { Message } from "@/protocol/frames";
import { type Anchor, anchorAt, distanceFromEnd, driftOf, followDrift, pickAnchor } from "./log-anchor";
import { indexOfSeq, RowHeights, type Span } from "./log-window";

/** Rows are drawn this far beyond the view … */
const DRAWN_BEYOND_PX = 1_200;
/** … and anew as soon as less than this is left. */
const DRAWN_BEYOND_MIN_PX = 700;
/** Further messages are fetched when no more than this is left above the view, or below it. */
const FETCH_AHEAD_PX = 1_200;
/** Who is no further than this from the end is at the end, and stays there. */
const AT_END_PX = 40;
/** The browser scrolls by whole pixels of the screen. */
const DRIFT_MIN_PX = 0.5;
/** Rows drawn before anything is measured. */
const FIRST_ROWS = 60;
/** Above a row that is higher than the view. */
const GOAL_TOP_PX = 16;

/**
 * `origin` is the `seq` of the first message when the rows were counted: older ones may have come since. A negative
 * `start` counts from the last row.
 */
type Drawn = Span & { origin: number | undefined };

const NEWEST: Drawn = { start: -FIRST_ROWS, end: Number.POSITIVE_INFINITY, origin: undefined };

export type LogWindow = {
  /** The element that scrolls, and the one whose children are the drawn rows. */
  scrollerRef: RefObject<HTMLDivElement | null>;
  rowsRef: RefObject<HTMLDivElement | null>;
  /** The rows to draw, and the room to keep for those before and after. */
  span: Span;
  abovePx: number;
  belowPx: number;
  /** The last message that was there when the reader left the end of the log; null at the end. */
  leftEndAt: number | null;
  toEnd(behavior?: ScrollBehavior): void;
  /** Brings the message with this `seq` into the middle of the view, and says when its row is there. */
  toMessage(seq: number, onThere: (row: Element) => void): void;
};

type LogWindowOptions = {
  /** Where rows end that are not the newest: nobody stays there when more come below. */
  isApart: boolean;
  onNearTop(): void;
  onNearBottom(): void;
  /** The newest messages are to be shown in place of these. */
  onNewest(): void;
};

/**
 * Draws of a log of any length the rows around the view, and keeps the view where the reader put it.
 * `count` is how many rows there are: the messages, and what is pending below them.
 */
export function useLogWindow(messages: readonly Message[], count: number, options: LogWindowOptions): LogWindow {
  const scrollerRef = useRef<HTMLDivElement>(null);
  const rowsRef = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | null>(null);
  /** Where we last put the view ourselves. */
  const putAt = useRef<number | null>(null);
  /** Whether the focus was in a row before other rows were drawn. */
  const hadFocus = useRef(false);
  const goal = useRef<{ seq: number; onThere: (row: Element) => void } | null>(null);
  const [heights] = useState(() => new RowHeights());
  const [drawn, setDrawn] = useState(NEWEST);
  const [leftEndAt, setLeftEndAt] = useState<number | null>(null);

  // Idempotent: drawing the same rows twice notes the same heights.
  heights.align(messages, count);
  const span = currentSpan(drawn, messages, count);
  const latest = useRef({ messages, count, span, leftEndAt, options });
  useLayoutEffect(() => {
    latest.current = { messages, count, span, leftEndAt, options };
  });

  /** Draws other rows when those drawn do not reach far enough around the view, or far too far. */
  const cover = useCallback(() => {
    const scroller = scrollerRef.current;
    if (!scroller) return;
    const { messages, count, span, options } = latest.current;
    const low = distanceFromEnd(scroller);
    const high = low + scroller.clientHeight;
    const least = heights.spanBetween(low - DRAWN_BEYOND_MIN_PX, high + DRAWN_BEYOND_MIN_PX);
    const best = heights.spanBetween(low - DRAWN_BEYOND_PX, high + DRAWN_BEYOND_PX);
    const tooFew = least.start < span.start || least.end > span.end;
    const tooMany = span.end - span.start > 2 * (best.end - best.start) + FIRST_ROWS;
    if (tooFew || tooMany) {
      hadFocus.current = rowsRef.current?.contains(document.activeElement) ?? false;
      const end = best.end === count && !options.isApart ? Number.POSITIVE_INFINITY : best.end;
      setDrawn({ start: best.start, end, origin: messages[0]?.seq });
    }
    if (scroller.scrollHeight - high < FETCH_AHEAD_PX) options.onNearTop();
    if (options.isApart && low < FETCH_AHEAD_PX) options.onNearBottom();
  }, [heights]);

  /** After anything that may have changed a height: measures, and puts the view back. */
  const settle = useCallback(() => {
    const scroller = scrollerRef.current;
    const rows = rowsRef.current;
    if (!scroller || !rows) return;
    // Where the focus was is drawn no more: the keys go on moving the log.
    if (hadFocus.current && document.activeElement === document.body) scroller.focus({ preventScroll: true });
    hadFocus.current = false;
    let index = latest.current.span.start;
    for (const row of rows.children) heights.set(index++, row.getBoundingClientRect().height);
    const arrived = goal.current && centre(goal.current.seq, scroller, rows, latest.current);
    if (arrived) {
      anchor.current = anchorAt(arrived, scroller);
      putAt.current = scroller.scrollTop;
      goal.current?.onThere(arrived);
      goal.current = null;
      if (distanceFromEnd(scroller) < AT_END_PX && !latest.current.options.isApart) setLeftEndAt(null);
    }
    const drift = anchor.current ? driftOf(anchor.current, scroller) : 0;
    if (latest.current.leftEndAt === null && !latest.current.options.isApart) {
      if (drift !== 0) scroller.scrollTop = 0;
      anchor.current = null;
    } else if (anchor.current && Math.abs(drift) >= DRIFT_MIN_PX) {
      followDrift(anchor.current, scroller, drift);
      putAt.current = scroller.scrollTop;
    }
    if (!anchor.current?.row.isConnected) anchor.current = pickAnchor(scroller, rows.children);
    cover();
  }, [heights, cover]);

  const followScroll = useCallback(() => {
    const scroller = scrollerRef.current;
    if (!scroller || !rowsRef.current) return;
    // Where we put the view ourselves, the anchor stays: it remembers what the browser rounded off.
    if (scroller.scrollTop !== putAt.current) anchor.current = pickAnchor(scroller, rowsRef.current.children);
    const { leftEndAt, messages, options } = latest.current;
    const atEnd = distanceFromEnd(scroller) < AT_END_PX && !options.isApart;
    flushSync(() => {
      if (atEnd !== (leftEndAt === null)) setLeftEndAt(atEnd ? null : (messages.at(-1)?.seq ?? 0));
      cover();
    });
  }, [cover]);

  useLayoutEffect(settle);

  useEffect(() => {
    const scroller = scrollerRef.current;
    const rows = rowsRef.current;
    if (!scroller || !rows) return;
    const observer = new ResizeObserver(settle);
    observer.observe(scroller);
    observer.observe(rows);
    scroller.addEventListener("scroll", followScroll, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", followScroll);
    };
  }, [settle, followScroll]);

  const toEnd = useCallback(
    (behavior: ScrollBehavior = "instant") => {
      const scroller = scrollerRef.current;
      if (!scroller) return;
      if (latest.current.options.isApart) {
        latest.current.options.onNewest();
        anchor.current = null;
        setLeftEndAt(null);
        setDrawn(NEWEST);
        scroller.scrollTop = 0;
        return;
      }
      const near = distanceFromEnd(scroller) < 2 * scroller.clientHeight;
      scroller.scrollTo({ top: 0, behavior: near ? behavior : "instant" });
      if (scroller.scrollTop === 0) followScroll();
    },
    [followScroll],
  );

  const toMessage = useCallback((seq: number, onThere: (row: Element) => void) => {
    const { messages } = latest.current;
    const index = indexOfSeq(messages, seq);
    if (index === -1) return;
    goal.current = { seq, onThere };
    setLeftEndAt((left) => left ?? messages.at(-1)?.seq ?? 0);
    setDrawn({ start: Math.max(0, index - FIRST_ROWS / 2), end: index + FIRST_ROWS / 2, origin: messages[0]?.seq });
  }, []);

  return {
    scrollerRef,
    rowsRef,
    span,
    abovePx: heights.sum(0, span.start),
    belowPx: heights.sum(span.end, count),
    leftEndAt,
    toEnd,
    toMessage,
  };
}

/** Scrolls so that a message's row is in the middle, if it is drawn. @returns its row. */
function centre(
  seq: number,
  scroller: Element,
  rows: Element,
  { messages, span }: { messages: readonly Message[]; span: Span },
): Element | null {
  const row = rows.children[indexOfSeq(messages, seq) - span.start];
  if (!row) return null;
  const view = scroller.getBoundingClientRect();
  const { top, height } = row.getBoundingClientRect();
  scroller.scrollTop += top - view.top - Math.max(GOAL_TOP_PX, (view.height - height) / 2);
  return row;
}

/** The drawn rows among those that there are now. */
function currentSpan({ start, end, origin }: Drawn, messages: readonly Message[], count: number): Span {
  const shift = origin === undefined ? 0 : Math.max(0, indexOfSeq(messages, origin));
  const last = Math.min(count, end + shift);
  return { start: Math.min(start < 0 ? Math.max(0, count + start) : start + shift, last), end: last };
}
