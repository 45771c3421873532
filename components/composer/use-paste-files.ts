"use client";

import { useEffect } from "react";
import type { GivenFile } from "@/client/files/upload";
import { fromClipboard } from "./given-files";

/** Files that are pasted while nothing else takes text are for the composer. */
export function usePasteFiles(onFiles: (files: GivenFile[]) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = fromClipboard(event.clipboardData);
      if (files.length === 0 || event.defaultPrevented || isElsewhere(event.target)) return;
      event.preventDefault();
      onFiles(files);
    };
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, [onFiles]);
}

function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog], input") !== null;
}
