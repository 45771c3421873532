"use client";

import { type CSSProperties, type RefObject, useEffect } from "react";
import type { MessageFile } from "@/protocol/files";
import { findLocal } from "./local-address";

type LightboxVideoProps = {
  ref: RefObject<HTMLVideoElement | null>;
  file: MessageFile;
  /** Where it begins to play, in seconds; null when it waits to be played. */
  startAt: number | null;
  style: CSSProperties;
};

/** A film as large as the screen lets it be, with the browser's own controls. It stops when it is left. */
export function LightboxVideo({ ref, file, startAt, style }: LightboxVideoProps) {
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    if (startAt !== null) {
      video.currentTime = startAt;
      // Where the browser wants another press first, its controls are there for it.
      video.play().catch(() => {});
    }
    return () => video.pause();
  }, [ref, startAt]);

  return (
    // biome-ignore lint/a11y/useMediaCaption: what people send to each other comes without captions.
    <video
      ref={ref}
      controls
      playsInline
      aria-label={`Video ${file.name}`}
      poster={file.large ?? file.small}
      preload="metadata"
      src={findLocal(file.id) ?? file.url}
      className="max-h-full max-w-full rounded-sm bg-black"
      style={style}
    />
  );
}
