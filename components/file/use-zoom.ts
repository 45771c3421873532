"use client";

import { type MouseEvent, type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { moveBy, type Point, type View, WHOLE, zoomAt } from "./zoom";

const STEP = 1.5;
const DOUBLE_CLICK_SCALE = 2.5;
/** Sideways by so much, with a finger, is to the next one. */
const SWIPE_MIN_PX = 60;
/** What moved less than this was a press. */
const PRESS_MAX_PX = 6;

type Gesture = { isOff: boolean; onSwipe(direction: 1 | -1): void; onPressBeside(): void };

/** Zoom and movement of the picture on a stage: by buttons, keys, wheel, double click, drag and pinch. */
export function useZoom(stage: RefObject<HTMLDivElement | null>, { isOff, onSwipe, onPressBeside }: Gesture) {
  const [view, setView] = useState<View>(WHOLE);
  const pointers = useRef(new Map<number, Point>());
  const travelled = useRef<Point>({ x: 0, y: 0 });

  const zoom = useCallback(
    (factor: number, point: Point = { x: 0, y: 0 }) => {
      const size = stage.current?.getBoundingClientRect();
      if (size && !isOff) setView((view) => zoomAt(view, factor, point, size));
    },
    [stage, isOff],
  );

  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), fromMiddle(event, element));
    };
    // React's own listener may not keep the page from scrolling.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [stage, zoom]);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    // What a player is pressed for is its own.
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest("video"))) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, fromMiddle(event, event.currentTarget));
    travelled.current = { x: 0, y: 0 };
  };

  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const now = fromMiddle(event, event.currentTarget);
    const size = event.currentTarget.getBoundingClientRect();
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other) {
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      const factor = distance(now, other) / Math.max(1, distance(before, other));
      if (!isOff) setView((view) => zoomAt(view, factor, middle, size));
    } else {
      const [dx, dy] = [now.x - before.x, now.y - before.y];
      travelled.current = { x: travelled.current.x + dx, y: travelled.current.y + dy };
      setView((view) => moveBy(view, dx, dy, size));
    }
  };

  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    if (!pointers.current.delete(event.pointerId) || pointers.current.size > 0) return;
    const { x, y } = travelled.current;
    const isPress = Math.hypot(x, y) < PRESS_MAX_PX;
    const isSideways = Math.abs(x) > SWIPE_MIN_PX && Math.abs(x) > 2 * Math.abs(y);
    if (view.scale === 1 && isSideways && event.pointerType === "touch") onSwipe(x < 0 ? 1 : -1);
    // The stage holds the pointer, so the target says nothing: what lies there does.
    const hit = document.elementFromPoint(event.clientX, event.clientY);
    if (isPress && view.scale === 1 && hit === event.currentTarget) onPressBeside();
  };

  return {
    view,
    larger: () => zoom(STEP),
    smaller: () => zoom(1 / STEP),
    whole: () => setView(WHOLE),
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: (event: PointerEvent<HTMLDivElement>) => void pointers.current.delete(event.pointerId),
      onDoubleClick: (event: MouseEvent<HTMLDivElement>) => {
        if (view.scale > 1) setView(WHOLE);
        else zoom(DOUBLE_CLICK_SCALE, fromMiddle(event, event.currentTarget));
      },
    },
  };
}

function fromMiddle({ clientX, clientY }: { clientX: number; clientY: number }, stage: Element): Point {
  const { left, top, width, height } = stage.getBoundingClientRect();
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
