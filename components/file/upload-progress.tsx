"use client";

import type { Upload } from "@/client/files/upload";
import { useConnection } from "@/components/room/chat-provider";
import { cn } from "@/components/ui/cn";
import { ProgressBar } from "@/components/ui/progress-bar";
import { progressInWords, progressOf } from "./progress";

/** How far files are on their way, together: in words, and as a bar. */
export function UploadProgress({ uploads, className }: { uploads: readonly Upload[]; className?: string }) {
  const { status } = useConnection();
  const words = progressInWords(uploads, status === "offline");
  return (
    <div className={cn("grid gap-1", className)}>
      <p className="truncate text-muted-foreground text-xs tabular-nums">{words}</p>
      <ProgressBar label="Sending files" percent={progressOf(uploads)} />
    </div>
  );
}
