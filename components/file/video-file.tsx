"use client";

import { Maximize2 } from "lucide-react";
import { useRef } from "react";
import type { MessageFile } from "@/protocol/files";
import { useLightbox } from "./lightbox-provider";
import { findLocal } from "./local-address";
import { placeOf } from "./picture-size";

/** A film with its own controls. Nothing of it is loaded before it is played, when there is a still to show. */
export function VideoFile({ file }: { file: MessageFile }) {
  const video = useRef<HTMLVideoElement>(null);
  const open = useLightbox();
  const { width, height } = placeOf(file);
  const still = file.large ?? file.small;

  const enlarge = (button: HTMLElement) => {
    const at = video.current?.currentTime ?? 0;
    video.current?.pause();
    open?.(file.id, button, at);
  };

  return (
    <div className="group/video relative max-w-full">
      {/* biome-ignore lint/a11y/useMediaCaption: what people send to each other comes without captions. */}
      <video
        ref={video}
        controls
        playsInline
        aria-label={`Video ${file.name}`}
        poster={still}
        preload={still ? "none" : "metadata"}
        src={findLocal(file.id) ?? file.url}
        className="max-w-full rounded-lg bg-black"
        style={{ width, aspectRatio: `${width} / ${height}` }}
      />
      {open && (
        <button
          type="button"
          aria-label={`Show ${file.name} large`}
          aria-haspopup="dialog"
          data-media={file.id}
          onClick={({ currentTarget }) => enlarge(currentTarget)}
          className="absolute start-2 top-2 grid size-8 place-items-center rounded-full bg-black/65 text-white opacity-0 hover:bg-black/80 focus-visible:opacity-100 group-hover/video:opacity-100 touch:size-10 touch:opacity-100"
        >
          <Maximize2 aria-hidden className="size-4" />
        </button>
      )}
    </div>
  );
}
