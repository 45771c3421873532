"use client";

import { Check, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { durationInWords } from "@/components/file/duration";
import { Waveform } from "@/components/file/waveform";
import { Button } from "@/components/ui/button";
import { RECORDING_MAX_MS, type Recorder } from "./use-recorder";

/** How long before its end a recording says so. */
const NEAR_END_MS = 60_000;

/** In place of the text while a voice note is recorded: how long, how loud, and the ways out. */
export function RecorderBar({ recorder, onEnd }: { recorder: Recorder; onEnd(): void }) {
  const stop = useRef<HTMLButtonElement>(null);
  const end = useRef(onEnd);
  useEffect(() => {
    stop.current?.focus();
    // The text is shown again only after this is gone.
    return () => void requestAnimationFrame(() => end.current());
  }, []);
  const { state, elapsedMs, levels } = recorder;
  const leftMs = RECORDING_MAX_MS - elapsedMs;
  return (
    <fieldset
      aria-label="Voice note"
      className="m-0 flex min-w-0 flex-1 items-center gap-2"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        recorder.cancel();
      }}
    >
      <Button
        variant="ghost"
        size="icon"
        aria-label="Cancel the voice note"
        onClick={recorder.cancel}
        className="text-muted-foreground touch:size-10"
      >
        <X />
      </Button>
      <span aria-hidden className="size-2.5 shrink-0 animate-pulse rounded-full bg-destructive" />
      <span role="status" className="sr-only">
        {state === "asking" ? "Waiting for the microphone" : "Recording"}
      </span>
      {state === "asking" ? (
        <span className="min-w-0 flex-1 truncate text-muted-foreground text-sm">Waiting for the microphone…</span>
      ) : (
        <>
          <span role="timer" className="w-11 text-sm tabular-nums">
            {durationInWords(elapsedMs)}
          </span>
          <div className="min-w-0 flex-1">
            <div className="max-w-96">
              <Waveform levels={levels} />
            </div>
          </div>
          {leftMs <= NEAR_END_MS && (
            <span role="status" className="text-muted-foreground text-xs">
              Ends in a minute
            </span>
          )}
        </>
      )}
      <Button
        ref={stop}
        variant="secondary"
        size="icon"
        aria-label="Stop recording"
        aria-disabled={state !== "recording"}
        onClick={() => void recorder.finish()}
        className="touch:size-10"
      >
        <Check />
      </Button>
    </fieldset>
  );
}
