"use client";

import { Pause, Play } from "lucide-react";
import { type CSSProperties, useState } from "react";
import { cn } from "@/components/ui/cn";
import type { MessageFile } from "@/protocol/files";
import { useLightbox } from "./lightbox-provider";
import { PictureImage } from "./picture-image";
import { sourceSet } from "./picture-size";
import { useReducedMotion } from "./use-reduced-motion";

type PictureProps = {
  file: MessageFile;
  /** How wide it is shown, for choosing among its previews. */
  sizes: string;
  isCover?: boolean;
  className?: string;
  style?: CSSProperties;
};

/** A picture of a message: it opens large, and one that moves can be stopped. */
export function Picture({ file, sizes, isCover, className, style }: PictureProps) {
  const open = useLightbox();
  const reduced = useReducedMotion();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const canStop = file.animated === true && file.still !== undefined;
  const moves = canStop && (chosen ?? !reduced);
  const source = canStop
    ? { src: moves ? (file.small ?? file.url) : (file.still ?? file.url) }
    : { src: file.small ?? file.url, srcSet: sourceSet(file), sizes };

  return (
    <div className={cn("relative overflow-hidden rounded-lg bg-muted", className)} style={style}>
      <a
        href={file.url}
        target="_blank"
        rel="noopener"
        aria-haspopup={open ? "dialog" : undefined}
        data-media={file.id}
        className="absolute inset-0 block cursor-zoom-in rounded-lg focus-visible:-outline-offset-2"
        onClick={(event) => {
          // With a modifier it is an address like any other: it opens in a tab of its own.
          if (!open || event.metaKey || event.ctrlKey || event.shiftKey) return;
          if (open(file.id, event.currentTarget)) event.preventDefault();
        }}
      >
        <PictureImage key={source.src} file={file} isCover={isCover} {...source} />
      </a>
      {canStop && (
        <button
          type="button"
          aria-label={moves ? "Stop the moving picture" : "Play the moving picture"}
          onClick={() => setChosen(!moves)}
          className="absolute start-2 bottom-2 grid size-8 place-items-center rounded-full bg-black/65 text-white hover:bg-black/80 touch:size-10"
        >
          {moves ? <Pause aria-hidden className="size-4" /> : <Play aria-hidden className="size-4" />}
        </button>
      )}
    </div>
  );
}
