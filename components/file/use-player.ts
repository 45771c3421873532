"use client";

import { type RefObject, useEffect, useState } from "react";

/** The one that plays: another one that begins ends it. */
let playing: HTMLAudioElement | null = null;

export type Player = { isPlaying: boolean; atMs: number; toggle(): void; seek(ms: number): void };

/** Follows an audio element. `durationMs` is what is known of its length: a recording's own file often does not say. */
export function usePlayer(audio: RefObject<HTMLAudioElement | null>, durationMs: number): Player {
  const [isPlaying, setPlaying] = useState(false);
  const [atMs, setAt] = useState(0);

  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    const follow = () => setAt(element.currentTime * 1_000);
    const begin = () => {
      if (playing !== element) playing?.pause();
      playing = element;
      setPlaying(true);
    };
    const end = () => setPlaying(false);
    const rewind = () => {
      end();
      element.currentTime = 0;
      setAt(0);
    };
    const listeners = { timeupdate: follow, seeked: follow, play: begin, pause: end, ended: rewind };
    for (const [name, listener] of Object.entries(listeners)) element.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) element.removeEventListener(name, listener);
      element.pause();
    };
  }, [audio]);

  return {
    isPlaying,
    atMs: Math.min(atMs, durationMs),
    toggle() {
      if (audio.current?.paused) void audio.current.play().catch(() => setPlaying(false));
      else audio.current?.pause();
    },
    seek(ms) {
      if (!audio.current) return;
      audio.current.currentTime = Math.max(0, Math.min(ms, durationMs)) / 1_000;
      setAt(audio.current.currentTime * 1_000);
    },
  };
}
