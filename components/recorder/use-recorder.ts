"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { GivenFile } from "@/client/files/upload";
import { type Recording, startRecording } from "./recording";

/** Longer than this nobody listens to; it then ends by itself. */
export const RECORDING_MAX_MS = 10 * 60_000;
const LEVELS_SHOWN = 48;

export type Recorder = {
  state: "idle" | "asking" | "recording";
  elapsedMs: number;
  /** The last levels, from 0 to 100, the newest last. */
  levels: readonly number[];
  start(): void;
  /** Ends the recording and hands the voice note on. */
  finish(): Promise<void>;
  cancel(): void;
};

const SILENT: readonly number[] = Array.from({ length: LEVELS_SHOWN }, () => 0);

/**
 * Records voice notes; `onRecorded` is given each, whether somebody ended it or its time was up, and `onRefused` a
 * sentence when the microphone cannot be had.
 */
export function useRecorder(onRecorded: (note: GivenFile) => void, onRefused: (sentence: string) => void): Recorder {
  const [state, setState] = useState<Recorder["state"]>("idle");
  const [levels, setLevels] = useState(SILENT);
  const [elapsedMs, setElapsed] = useState(0);
  const recording = useRef<Recording | null>(null);
  const isWanted = useRef(false);

  const end = useCallback(() => {
    const ended = recording.current;
    recording.current = null;
    isWanted.current = false;
    setState("idle");
    return ended;
  }, []);
  useEffect(() => () => end()?.cancel(), [end]);

  const finish = useCallback(async () => {
    const note = await end()?.stop();
    if (note) onRecorded(note);
  }, [end, onRecorded]);

  useEffect(() => {
    if (elapsedMs >= RECORDING_MAX_MS) void finish();
  }, [elapsedMs, finish]);

  const start = useCallback(async () => {
    if (isWanted.current) return;
    isWanted.current = true;
    setLevels(SILENT);
    setElapsed(0);
    setState("asking");
    try {
      const started = await startRecording((level, elapsed) => {
        setLevels((levels) => [...levels.slice(1), level]);
        setElapsed(elapsed);
      });
      // Cancelled while the browser asked.
      if (!isWanted.current) return started.cancel();
      recording.current = started;
      setState("recording");
    } catch (cause) {
      end();
      onRefused(explain(cause));
    }
  }, [end, onRefused]);

  return { state, elapsedMs, levels, start: () => void start(), finish, cancel: () => end()?.cancel() };
}

function explain(cause: unknown): string {
  const name = cause instanceof DOMException ? cause.name : "";
  if (name === "NotAllowedError") {
    return "The browser does not let this page hear you: allow the microphone in its settings for this site.";
  }
  if (name === "NotFoundError") return "No microphone was found on this device.";
  return "The microphone could not be opened. Another program may be using it.";
}
