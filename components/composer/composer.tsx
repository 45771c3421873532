"use client";

import { SendHorizontal } from "lucide-react";
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import type { SendOptions } from "@/client/sender";
import { RecordButton } from "@/components/recorder/record-button";
import { RecorderBar } from "@/components/recorder/recorder-bar";
import { useRecorder } from "@/components/recorder/use-recorder";
import type { RoomSummary } from "@/components/sidebar/room-summary";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Person } from "@/protocol/frames";
import { AttachButton } from "./attach-button";
import { AttachmentList } from "./attachment-list";
import { DropOverlay } from "./drop-overlay";
import type { TakenFiles } from "./given-files";
import { GrowingTextarea } from "./growing-textarea";
import { PreviewSwitch } from "./preview-switch";
import { charactersLeft, toMessage, tooLong } from "./text-length";
import { TypingLine } from "./typing-line";
import { useAttachments } from "./use-attachments";
import { useDraft } from "./use-draft";
import { usePasteFiles } from "./use-paste-files";
import { useTypeToFocus } from "./use-type-to-focus";

const FAILED = "A file could not be sent: try it again, or remove it.";
const FOLDER = "A folder cannot be sent: choose the files in it.";

export type ComposerHandle = { focus(): void; insert(text: string): void };

type ComposerProps = {
  ref: Ref<ComposerHandle>;
  room: RoomSummary;
  userId: string;
  typing: readonly Person[];
  /**
   * Sends the text with what is attached.
   * @returns false when the page has not come alive yet; the text stays.
   */
  onSend(text: string, options: SendOptions): boolean;
  onTyping(): void;
  onScroll(pages: number): void;
  onEscape(): void;
};

/** Where one writes. The text grows with what is written, is kept over a reload, and goes out with Enter. */
export function Composer({ ref, room, userId, typing, onSend, onTyping, onScroll, onEscape }: ComposerProps) {
  const textarea = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft(userId, room.id, textarea);
  const noteId = useId();
  const attachments = useAttachments(room.id);
  const { add } = attachments;
  const recorder = useRecorder(
    useCallback((note) => add([note]), [add]),
    attachments.refuse,
  );
  const [previews, setPreviews] = useState(true);
  const isRecording = recorder.state !== "idle";
  const left = charactersLeft(text);
  const isFailed = attachments.uploads.some(({ status }) => status === "failed");
  const problem = tooLong(text) ?? (isFailed ? FAILED : null);
  const isBlank = toMessage(text) === "" && attachments.uploads.length === 0 && !isRecording;

  useImperativeHandle(ref, () => ({
    focus: () => textarea.current?.focus(),
    insert: (inserted) => {
      setText([inserted, text].filter((part) => part.trim() !== "").join("\n"));
      textarea.current?.focus();
    },
  }));
  useTypeToFocus(textarea);
  useFocusOnArrival(textarea);

  const attach = useCallback(
    ({ files, hasFolder }: TakenFiles) => {
      add(files, hasFolder ? [FOLDER] : []);
      textarea.current?.focus();
    },
    [add],
  );
  usePasteFiles(useCallback((files) => attach({ files, hasFolder: false }), [attach]));

  const send = async () => {
    if (isBlank || problem || recorder.state === "asking") return;
    if (isRecording) await recorder.finish();
    if (!onSend(toMessage(text), { previews })) return;
    setText("");
    setPreviews(true);
    attachments.refuse(null);
    textarea.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // The Enter that chooses a candidate of an input method is not ours; 229 is how Safari tells it.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !usesTouch()) {
      event.preventDefault();
      void send();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send();
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
        void send();
      }}
    >
      <DropOverlay roomName={room.name} onDrop={attach} />
      <div
        className={cn(
          "rounded-lg border border-input bg-card p-1 shadow-card has-[textarea:focus-visible]:border-ring has-[textarea:focus-visible]:ring-1 has-[textarea:focus-visible]:ring-ring",
          problem &&
            "border-destructive has-[textarea:focus-visible]:border-destructive has-[textarea:focus-visible]:ring-destructive",
        )}
      >
        <AttachmentList attachments={attachments} onEmpty={() => textarea.current?.focus()} />
        <div className="flex items-end gap-1">
          {isRecording ? (
            <RecorderBar recorder={recorder} onEnd={() => textarea.current?.focus()} />
          ) : (
            <AttachButton onFiles={(files) => attach({ files, hasFolder: false })} />
          )}
          <GrowingTextarea
            ref={textarea}
            text={text}
            aria-label={`Message ${room.name}`}
            aria-describedby={noteId}
            aria-invalid={problem !== null}
            placeholder={`Message ${room.name}`}
            isHidden={isRecording}
            onText={(next) => {
              setText(next);
              if (next.trim() !== "") onTyping();
            }}
            onKeyDown={onKeyDown}
          />
          {!isRecording && toMessage(text) === "" && <RecordButton onClick={recorder.start} />}
          <Button
            type="submit"
            size="icon"
            aria-label="Send"
            aria-disabled={isBlank || problem !== null}
            className="touch:size-10"
          >
            <SendHorizontal className="rtl:-scale-x-100" />
          </Button>
        </div>
      </div>
      <div className="flex min-h-6 items-center gap-3 px-1">
        <div className={cn("min-w-0 flex-1", problem && "max-sm:hidden")}>
          <TypingLine people={typing} />
        </div>
        <PreviewSwitch text={text} isOn={previews} onChange={setPreviews} />
        <p id={noteId} className="flex min-w-0 items-center gap-3 text-xs tabular-nums sm:shrink-0">
          <span role="status" className="min-w-0 text-destructive">
            {problem}
          </span>
          {left !== null && left >= 0 && (
            <span className="shrink-0 text-muted-foreground">{left.toLocaleString("en")} left</span>
          )}
        </p>
      </div>
    </form>
  );
}

function useFocusOnArrival(textarea: { current: HTMLTextAreaElement | null }): void {
  useEffect(() => {
    // A finger's keyboard would hide half of the room that was just opened.
    const busy = document.activeElement?.matches("input, textarea, [role=dialog][data-state=open] *");
    if (!usesTouch() && !busy) textarea.current?.focus({ preventScroll: true });
  }, [textarea]);
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
