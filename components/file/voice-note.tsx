"use client";

import { Pause, Play } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import type { MessageFile } from "@/protocol/files";
import { durationInWords } from "./duration";
import { findLocal } from "./local-address";
import { usePlayer } from "./use-player";
import { Waveform } from "./waveform";

const STEP_MS = 3_000;
const SPEEDS = [1, 1.5, 2];
const FLAT = Array.from({ length: 48 }, () => 12);

/** What somebody said: pressed it plays, and its waveform is where one goes back and forth. */
export function VoiceNote({ file }: { file: Pick<MessageFile, "id" | "url" | "waveform" | "durationMs"> }) {
  const audio = useRef<HTMLAudioElement>(null);
  const durationMs = file.durationMs ?? 0;
  const { isPlaying, atMs, toggle, seek } = usePlayer(audio, durationMs);
  const [speed, setSpeed] = useState(1);
  const levels = file.waveform?.length ? file.waveform : FLAT;

  const changeSpeed = () => {
    const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;
    setSpeed(next);
    if (audio.current) audio.current.playbackRate = next;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const places: Record<string, number> = {
      ArrowRight: atMs + STEP_MS,
      ArrowLeft: atMs - STEP_MS,
      Home: 0,
      End: durationMs,
    };
    const to = places[event.key];
    if (to === undefined) return;
    event.preventDefault();
    seek(to);
  };
  const onPointer = (event: PointerEvent) => {
    if (event.type === "pointermove" && event.buttons !== 1) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - left) / width) * durationMs);
  };

  return (
    <div
      dir="ltr"
      className="flex w-full max-w-[24rem] items-center gap-2.5 rounded-full border bg-card py-1.5 ps-1.5 pe-3"
    >
      <Button
        size="icon"
        aria-label={isPlaying ? "Pause the voice note" : `Play the voice note, ${durationInWords(durationMs)}`}
        onClick={toggle}
        className="rounded-full"
      >
        {isPlaying ? <Pause /> : <Play />}
      </Button>
      <div
        role="slider"
        tabIndex={0}
        aria-label="Place in the voice note"
        aria-valuemin={0}
        aria-valuemax={Math.round(durationMs / 1_000)}
        aria-valuenow={Math.round(atMs / 1_000)}
        aria-valuetext={`${durationInWords(atMs)} of ${durationInWords(durationMs)}`}
        onKeyDown={onKeyDown}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        className="min-w-0 flex-1 cursor-pointer touch-none rounded-sm"
      >
        <Waveform levels={levels} progress={durationMs > 0 ? atMs / durationMs : 0} />
      </div>
      <span className="w-9 text-end text-muted-foreground text-sm tabular-nums">
        {durationInWords(isPlaying || atMs > 0 ? atMs : durationMs)}
      </span>
      <button
        type="button"
        aria-label={`Speed: ${speed} times`}
        onClick={changeSpeed}
        className="h-8 w-10 rounded-full bg-accent font-semibold text-xs tabular-nums hover:bg-border touch:h-10"
      >
        {speed}×
      </button>
      {/* biome-ignore lint/a11y/useMediaCaption: what people say to each other comes without captions. */}
      <audio ref={audio} preload="none" src={findLocal(file.id) ?? file.url} />
    </div>
  );
}
