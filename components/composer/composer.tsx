"use client";

import { SendHorizontal } from "lucide-react";
import { type KeyboardEvent, type Ref, useEffect, useId, useImperativeHandle, useRef } from "react";
import type { RoomSummary } from "@/components/sidebar/room-summary";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Person } from "@/protocol/frames";
import { charactersLeft, toMessage, tooLong } from "./text-length";
import { TypingLine } from "./typing-line";
import { useDraft } from "./use-draft";
import { useTypeToFocus } from "./use-type-to-focus";

export type ComposerHandle = { focus(): void; insert(text: string): void };

type ComposerProps = {
  ref: Ref<ComposerHandle>;
  room: RoomSummary;
  userId: string;
  typing: readonly Person[];
  /** @returns false when the page has not come alive yet; the text stays. */
  onSend(text: string): boolean;
  onTyping(): void;
  onScroll(pages: number): void;
  onEscape(): void;
};

/** Where one writes. The text grows with what is written, is kept over a reload, and goes out with Enter. */
export function Composer({ ref, room, userId, typing, onSend, onTyping, onScroll, onEscape }: ComposerProps) {
  const textarea = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft(userId, room.id, textarea);
  const noteId = useId();
  const left = charactersLeft(text);
  const problem = tooLong(text);
  const blank = toMessage(text) === "";

  useImperativeHandle(ref, () => ({
    focus: () => textarea.current?.focus(),
    insert: (inserted) => {
      setText(text.trim() === "" ? inserted : `${inserted}\n${text}`);
      textarea.current?.focus();
    },
  }));
  useTypeToFocus(textarea);

  useEffect(() => {
    // A finger's keyboard would hide half of the room that was just opened.
    const busy = document.activeElement?.matches("input, textarea, [role=dialog][data-state=open] *");
    if (!usesTouch() && !busy) textarea.current?.focus({ preventScroll: true });
  }, []);

  const send = () => {
    if (blank || problem) return;
    if (onSend(toMessage(text))) setText("");
    textarea.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // The Enter that chooses a candidate of an input method is not ours; 229 is how Safari tells it.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !usesTouch()) {
      event.preventDefault();
      send();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      event.preventDefault();
      onScroll(event.key === "PageUp" ? -1 : 1);
    } else if (event.key === "Escape") {
      onEscape();
    }
  };

  if (room.archivedAt) return <ArchivedBar />;
  return (
    <form
      aria-label="Write a message"
      className="shrink-0 px-3 pb-[max(0.25rem,env(safe-area-inset-bottom))] sm:px-5"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div
        className={cn(
          "flex items-end gap-1 rounded-lg border border-input bg-card p-1 ps-1 shadow-card has-[textarea:focus-visible]:border-ring has-[textarea:focus-visible]:ring-1 has-[textarea:focus-visible]:ring-ring",
          problem &&
            "border-destructive has-[textarea:focus-visible]:border-destructive has-[textarea:focus-visible]:ring-destructive",
        )}
      >
        <div className="grid max-h-[40dvh] min-w-0 flex-1 overflow-hidden *:col-start-1 *:row-start-1 *:px-2.5 *:py-1.5 *:leading-6">
          {/* The same text, unseen: the textarea takes its height. */}
          <div aria-hidden className="invisible whitespace-pre-wrap [overflow-wrap:anywhere] max-sm:text-base">
            {text}
            {"\u200b"}
          </div>
          <textarea
            ref={textarea}
            rows={1}
            dir="auto"
            value={text}
            aria-label={`Message ${room.name}`}
            aria-describedby={noteId}
            aria-invalid={problem !== null}
            placeholder={`Message ${room.name}`}
            enterKeyHint="enter"
            autoComplete="off"
            onChange={(event) => {
              setText(event.target.value);
              if (event.target.value.trim() !== "") onTyping();
            }}
            onKeyDown={onKeyDown}
            className="h-full max-h-[40dvh] resize-none overflow-y-auto bg-transparent outline-none [overflow-wrap:anywhere] placeholder:truncate placeholder:text-muted-foreground"
          />
        </div>
        <Button
          type="submit"
          size="icon"
          aria-label="Send"
          aria-disabled={blank || problem !== null}
          className="touch:size-10"
        >
          <SendHorizontal className="rtl:-scale-x-100" />
        </Button>
      </div>
      <div className="flex items-center gap-3 px-1">
        <TypingLine people={typing} />
        <p id={noteId} className="flex shrink-0 items-center gap-3 text-xs tabular-nums">
          <span role="status" className="text-destructive">
            {problem}
          </span>
          {left !== null && left >= 0 && (
            <span className="text-muted-foreground">{left.toLocaleString("en")} left</span>
          )}
        </p>
      </div>
    </form>
  );
}

function ArchivedBar() {
  return (
    <p className="shrink-0 border-t bg-muted/50 px-4 py-3.5 pb-[max(0.875rem,env(safe-area-inset-bottom))] text-muted-foreground sm:px-6">
      This room is archived. It can be read, and nothing can be written until an owner brings it back.
    </p>
  );
}

/** With a finger Enter breaks the line, as the keyboard shows it, and the button sends. */
function usesTouch(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
