"use client";

import { ArrowDown } from "lucide-react";
import { memo, type ReactNode, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import type { Beyond } from "@/client/passage";
import type { PendingMessage, RoomState } from "@/client/room-state";
import { type Entry, messageEntry, pendingEntry } from "@/components/message/entry";
import { type MessageActions, MessageRow } from "@/components/message/message-row";
import { useClock } from "@/components/message/use-clock";
import type { Message, Person } from "@/protocol/frames";
import { MoreMessages } from "./more-messages";
import { moveFocus } from "./move-focus";
import { NewMessagesButton } from "./new-messages-button";
import { pointOut } from "./point-out";
import { useLogWindow } from "./use-log-window";

export type LogHandle = { toEnd(): void; focus(): void; scrollByPages(pages: number): void };

type MessageLogProps = {
  ref?: Ref<LogHandle>;
  roomName: string;
  me: Person;
  messages: readonly Message[];
  pending: readonly PendingMessage[];
  older: RoomState["older"];
  /** "none" where the newest messages are shown. */
  newer: Beyond;
  /** The message to bring into view; a new object brings the same one once more. */
  goal: { seq: number } | null;
  /** What stands above the very first message. */
  beginning: ReactNode;
  /** Whose messages the viewer may delete. */
  deletes: "nobody" | "own" | "all";
  actions: MessageActions;
  onLoadOlder(): void;
  onLoadNewer(): void;
  /** The newest messages are not shown, and should be. */
  onNewest(): void;
};

/** The conversation: the messages in view drawn, older ones fetched as the reader nears them. */
export const MessageLog = memo(function MessageLog(props: MessageLogProps) {
  const { ref, roomName, me, messages, pending, older, newer, goal, beginning, deletes, actions } = props;
  const clock = useClock();
  const count = messages.length + pending.length;
  const isApart = newer !== "none";
  const log = useLogWindow(messages, count, {
    isApart,
    onNearTop: () => older === "more" && props.onLoadOlder(),
    onNearBottom: () => newer === "more" && props.onLoadNewer(),
    onNewest: props.onNewest,
  });
  const { scrollerRef, rowsRef, span, toEnd, toMessage } = log;
  useLayoutEffect(() => {
    if (goal) toMessage(goal.seq, pointOut);
  }, [goal, toMessage]);

  // A screen reader says what comes while the reader is here, once: not the history, nor what is drawn again.
  const spokenUpTo = useRef(messages.at(-1)?.seq ?? 0);
  useEffect(() => {
    spokenUpTo.current = Math.max(spokenUpTo.current, messages.at(-1)?.seq ?? 0);
  }, [messages]);

  useImperativeHandle(
    ref,
    () => ({
      toEnd,
      focus: () => scrollerRef.current?.focus({ preventScroll: true }),
      scrollByPages: (pages) => {
        const scroller = scrollerRef.current;
        scroller?.scrollBy({ top: pages * scroller.clientHeight * 0.9, behavior: "smooth" });
      },
    }),
    [toEnd, scrollerRef],
  );

  const entryAt = (index: number): Entry => {
    const message = messages[index];
    return message ? messageEntry(message) : pendingEntry(pending[index - messages.length] as PendingMessage, me);
  };

  const rows: ReactNode[] = [];
  for (let index = span.start; index < span.end; index++) {
    const entry = entryAt(index);
    const message = messages[index];
    rows.push(
      <MessageRow
        key={entry.key}
        entry={entry}
        previous={index > 0 ? entryAt(index - 1) : null}
        clock={clock}
        fresh={message !== undefined && message.senderId !== me.id && message.seq > spokenUpTo.current}
        own={entry.senderId === me.id}
        deletable={deletes === "all" || (deletes === "own" && entry.senderId === me.id)}
        actions={actions}
      />,
    );
  }

  return (
    <>
      <div
        ref={scrollerRef}
        role="log"
        aria-label={`Messages in ${roomName}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
        tabIndex={0}
        onKeyDown={(event) => moveFocus(event, rowsRef.current)}
        className="flex min-h-0 flex-1 flex-col-reverse overflow-y-auto overflow-x-hidden overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div>
          <div aria-live="off">
            {older === "none" ? beginning : <MoreMessages which="Older" state={older} onRetry={props.onLoadOlder} />}
          </div>
          {log.abovePx > 0 && <div style={{ height: log.abovePx }} />}
          <div ref={rowsRef}>{rows}</div>
          {log.belowPx > 0 && <div style={{ height: log.belowPx }} />}
          {isApart && (
            <div aria-live="off">
              <MoreMessages which="Newer" state={newer} onRetry={props.onLoadNewer} />
            </div>
          )}
          <div className="h-3" />
        </div>
      </div>
      {(isApart || log.leftEndAt !== null) && (
        <NewMessagesButton
          isApart={isApart}
          count={isApart ? 0 : countNew(messages, log.leftEndAt ?? 0, me.id)}
          icon={<ArrowDown aria-hidden />}
          onClick={() => {
            toEnd("smooth");
            scrollerRef.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </>
  );
});

function countNew(messages: readonly Message[], after: number, meId: string): number {
  let count = 0;
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i] as Message;
    if (message.seq <= after) break;
    if (message.senderId !== meId && message.deletedAt === null) count++;
  }
  return count;
}
