"use client";

import { ImageOff } from "lucide-react";
import { useEffect, useState } from "react";
import { cn } from "@/components/ui/cn";
import type { MessageFile } from "@/protocol/files";
import { kindInWords } from "./kinds";
import { findLocal } from "./local-address";

type PictureImageProps = {
  file: MessageFile;
  src: string;
  srcSet?: string;
  sizes?: string;
  /** Fills its place and is cut at the edges; else it is shown whole. */
  isCover?: boolean;
};

/** What a screen reader says of a picture or a video: what its sender said, or what it is called. */
export function pictureInWords({ alt, name, kind }: MessageFile): string {
  return alt || `${kindInWords({ kind, name })} ${name}`;
}

/** The picture itself over its blurred placeholder, in a place that its parent keeps. */
export function PictureImage({ file, src, srcSet, sizes, isCover }: PictureImageProps) {
  const [loaded, setLoaded] = useState(false);
  const [failed, setFailed] = useState(false);
  const local = findLocal(file.id);
  const fit = isCover ? "object-cover" : "object-contain";

  useEffect(() => {
    if (!failed) return;
    const tryAgain = () => setFailed(false);
    addEventListener("online", tryAgain, { once: true });
    return () => removeEventListener("online", tryAgain);
  }, [failed]);

  if (failed) {
    return (
      <span className="absolute inset-0 grid content-center justify-items-center gap-1.5 p-2 text-center text-muted-foreground text-xs">
        <ImageOff aria-hidden className="size-5" />
        <span className="line-clamp-3">{pictureInWords(file)}</span>
      </span>
    );
  }
  return (
    <>
      {!loaded && (local || file.placeholder) && (
        <img
          alt=""
          src={local ?? file.placeholder}
          decoding="sync"
          className={cn("absolute inset-0 size-full", fit, !local && "scale-110 object-cover blur-md")}
        />
      )}
      <img
        // A picture that came before the page was alive has told nobody.
        ref={(image) => {
          if (image?.complete && image.naturalWidth > 0) setLoaded(true);
        }}
        alt={pictureInWords(file)}
        src={src}
        srcSet={srcSet || undefined}
        sizes={srcSet ? sizes : undefined}
        loading="lazy"
        decoding="async"
        draggable={false}
        onLoad={() => setLoaded(true)}
        onError={() => setFailed(true)}
        className={cn("absolute inset-0 size-full", fit, !loaded && "text-transparent")}
      />
    </>
  );
}
