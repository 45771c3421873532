import type { KeyboardEvent } from "react";

/**
 * Up and down bring the focus from message to message, first to the last one in view. Inside a message, in what it
 * carries, the keys are left alone.
 */
export function moveFocus(event: KeyboardEvent<HTMLElement>, rows: HTMLElement | null): void {
  const { key, target, currentTarget: log, altKey, ctrlKey, metaKey, shiftKey } = event;
  if ((key !== "ArrowUp" && key !== "ArrowDown") || altKey || ctrlKey || metaKey || shiftKey || !rows) return;
  const messages = [...rows.querySelectorAll<HTMLElement>("article")];
  const at = messages.indexOf(target as HTMLElement);
  if (at < 0 && target !== log) return;
  const bottom = log.getBoundingClientRect().bottom;
  const next =
    at < 0
      ? messages.findLast((message) => message.getBoundingClientRect().bottom <= bottom)
      : messages[at + (key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
