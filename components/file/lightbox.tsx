"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react";
import { ConversationContext, useGoWhenClosed } from "@/components/message/conversation";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { MessageFile } from "@/protocol/files";
import { LightboxBar } from "./lightbox-bar";
import { LightboxVideo } from "./lightbox-video";
import { pictureInWords } from "./picture-image";
import type { ShownMedia } from "./shown-media";
import { useReducedMotion } from "./use-reduced-motion";
import { useZoom } from "./use-zoom";

/** The bar above the stage, and the line below it. */
const AROUND_STAGE_PX = 120;

type LightboxProps = {
  media: readonly ShownMedia[];
  index: number;
  /** Where a video begins to play, in seconds; null when it waits to be played. */
  startAt: number | null;
  onMove(to: number): void;
  onClose(): void;
  /** Where the focus goes when this file was looked at last; null where it cannot. */
  returnFocus(fileId: string): HTMLElement | null;
};

/** One picture or video as large as the screen lets it be. Arrows leaf, + and - zoom, Escape closes. */
export function Lightbox({ media, index, startAt, onMove, onClose, returnFocus }: LightboxProps) {
  const stage = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const shown = media[index] as ShownMedia;
  const { file } = shown;
  const isVideo = file.kind === "video";
  const move = (by: 1 | -1) => {
    if (!media[index + by]) return;
    zoom.whole();
    onMove(index + by);
  };
  const zoom = useZoom(stage, { isOff: isVideo, onSwipe: move, onPressBeside: onClose });
  const [chosen, setChosen] = useState({ id: "", moves: false });
  const reduced = useReducedMotion();
  const moves = chosen.id === file.id ? chosen.moves : !reduced;
  const { above, goOr } = useGoWhenClosed(onClose);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // The player has keys of its own, and so has a button.
    if (event.target === video.current) return;
    if (event.key === " " && event.target !== event.currentTarget) return;
    const act = new Map([
      ["ArrowLeft", () => move(-1)],
      ["ArrowRight", () => move(1)],
      ...(isVideo
        ? ([[" ", () => toggle(video.current)]] as const)
        : ([
            ["+", zoom.larger],
            ["=", zoom.larger],
            ["-", zoom.smaller],
            ["0", zoom.whole],
          ] as const)),
    ]).get(event.key);
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };

  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade-in bg-black" />
        <Radix.Content
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            goOr(() => returnFocus(file.id)?.focus({ preventScroll: true }));
          }}
          className="on-black fixed inset-0 z-50 flex animate-fade-in flex-col text-foreground outline-none"
        >
          <ConversationContext value={above}>
            <LightboxBar
              shown={shown}
              view={zoom.view}
              zoom={isVideo ? null : zoom}
              moves={moves}
              onMotion={(moves) => setChosen({ id: file.id, moves })}
            />
          </ConversationContext>
          <div className="relative min-h-0 flex-1">
            <div
              ref={stage}
              {...zoom.handlers}
              className={cn(
                "absolute inset-0 flex touch-none select-none items-center justify-center overflow-hidden p-2 sm:px-16",
                zoom.view.scale > 1 ? "cursor-grab active:cursor-grabbing" : "cursor-default",
              )}
            >
              {isVideo ? (
                <LightboxVideo key={file.id} ref={video} file={file} startAt={startAt} style={wholeSize(file)} />
              ) : (
                <img
                  key={file.id}
                  alt={pictureInWords(file)}
                  src={sourceOf(shown, { moves, isZoomed: zoom.view.scale > 1 })}
                  draggable={false}
                  className="max-h-full max-w-full rounded-sm object-contain"
                  style={{
                    ...wholeSize(file),
                    transform: `translate(${zoom.view.x}px, ${zoom.view.y}px) scale(${zoom.view.scale})`,
                    ...(file.placeholder &&
                      !file.animated && { background: `center / cover url(${file.placeholder})` }),
                  }}
                />
              )}
            </div>
            <Leaf to="previous" disabled={index === 0} onClick={() => move(-1)} />
            <Leaf to="next" disabled={index === media.length - 1} onClick={() => move(1)} />
          </div>
          <footer className="flex min-h-11 items-center justify-center gap-4 px-4 py-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] text-sm">
            {file.alt && (
              <p dir="auto" className="line-clamp-3 min-w-0 max-w-[46rem]">
                {file.alt}
              </p>
            )}
            <p role="status" className="shrink-0 text-muted-foreground tabular-nums">
              {index + 1} of {media.length}
              <span className="sr-only">: {pictureInWords(file)}</span>
            </p>
          </footer>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Leaf({ to, disabled, onClick }: { to: "previous" | "next"; disabled: boolean; onClick(): void }) {
  const Icon = to === "previous" ? ChevronLeft : ChevronRight;
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label={to === "previous" ? "Previous" : "Next"}
      aria-disabled={disabled}
      onClick={onClick}
      className={cn(
        "absolute top-1/2 size-11 -translate-y-1/2 rounded-full bg-black/50 aria-disabled:opacity-25",
        to === "previous" ? "left-1 sm:left-3" : "right-1 sm:right-3",
      )}
    >
      <Icon />
    </Button>
  );
}

function toggle(video: HTMLVideoElement | null): void {
  if (video?.paused) void video.play().catch(() => {});
  else video?.pause();
}

/** As large as it is, or as the stage lets it be, before it is loaded. */
function wholeSize({ width, height }: MessageFile): CSSProperties {
  if (!width || !height) return {};
  const ratio = width / height;
  return { aspectRatio: ratio, width: `min(100%, ${width}px, calc((100dvh - ${AROUND_STAGE_PX}px) * ${ratio}))` };
}

/** The preview is there at once; whoever looks closer gets all of it. */
function sourceOf({ file }: ShownMedia, { moves, isZoomed }: { moves: boolean; isZoomed: boolean }): string {
  if (file.animated && !moves) return file.still ?? file.url;
  return isZoomed || file.animated ? file.url : (file.large ?? file.url);
}
