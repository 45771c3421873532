"use client";

import { FileUp } from "lucide-react";
import { useEffect, useState } from "react";
import type { TakenFiles } from "./given-files";
import { fromDrop, holdsFiles } from "./given-files";

/** Over the room while files are dragged over the page: wherever they are dropped, they are for this room. */
export function DropOverlay({ roomName, onDrop }: { roomName: string; onDrop(dropped: TakenFiles): void }) {
  const isOver = useFileDrop(onDrop);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none absolute inset-2 z-30 grid animate-fade-in place-content-center justify-items-center gap-3 rounded-xl border-2 border-primary border-dashed bg-primary-soft/95 p-6 text-center text-primary-soft-foreground">
      <FileUp aria-hidden className="size-9" strokeWidth={1.5} />
      <p className="font-semibold text-lg">
        Drop to add to your message in <bdi>{roomName}</bdi>
      </p>
    </div>
  );
}

/** @returns whether files are over the page now. */
function useFileDrop(onDrop: (dropped: TakenFiles) => void): boolean {
  const [isOver, setOver] = useState(false);

  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return;
      // Without this the browser would leave the page to show the file.
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      // To nothing: out of the window. Every element on the way is left, too.
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(false);
      onDrop(fromDrop(event.dataTransfer));
    };
    addEventListener("dragenter", over);
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragenter", over);
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [onDrop]);

  return isOver;
}
