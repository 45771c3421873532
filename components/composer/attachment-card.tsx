"use client";

import { CircleAlert, RotateCw, X } from "lucide-react";
import { useState } from "react";
import { sizeInWords } from "@/client/files/file-size";
import type { Upload } from "@/client/files/upload";
import { FileIcon } from "@/components/file/file-icon";
import { FileName } from "@/components/file/file-name";
import { MetadataNote } from "@/components/file/metadata-note";
import { progressInWords, progressOf } from "@/components/file/progress";
import { shownFile } from "@/components/file/shown-file";
import { VoiceNote } from "@/components/file/voice-note";
import { useConnection } from "@/components/room/chat-provider";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { ProgressBar } from "@/components/ui/progress-bar";
import { AltButton } from "./alt-button";

type AttachmentCardProps = {
  upload: Upload;
  onRetry(): void;
  onRemove(): void;
  onDescribe(alt: string): void;
};

/** One file of the next message: what it is, how far it is, and what can be done with it. */
export function AttachmentCard({ upload, onRetry, onRemove, onDescribe }: AttachmentCardProps) {
  const { name, status, error } = upload;
  const file = shownFile(upload);
  const failed = status === "failed";
  return (
    <li
      className={cn(
        "relative flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1 overflow-hidden rounded-md border bg-background p-2",
        failed && "border-destructive/50 bg-destructive-soft",
      )}
    >
      {file.kind === "voice" ? (
        <div className="min-w-0 flex-1">
          <VoiceNote file={file} />
        </div>
      ) : (
        <>
          <Thumbnail upload={upload} />
          <div className="grid min-w-0 flex-1">
            <FileName name={name} className="font-semibold text-sm" />
            {failed ? <span className="text-destructive text-xs">Not sent</span> : <Standing upload={upload} />}
            <MetadataNote file={file} />
          </div>
        </>
      )}
      <div className="flex shrink-0 items-center">
        {file.kind === "image" && !failed && <AltButton name={name} alt={upload.alt} onChange={onDescribe} />}
        {failed && (
          <Button variant="ghost" size="iconSm" aria-label={`Try ${name} again`} onClick={onRetry}>
            <RotateCw />
          </Button>
        )}
        <Button
          variant="ghost"
          size="iconSm"
          data-remove
          aria-label={status === "ready" || failed ? `Remove ${name}` : `Cancel ${name}`}
          onClick={onRemove}
          className="text-muted-foreground"
        >
          <X />
        </Button>
      </div>
      {failed && <Failure sentence={error?.message} />}
      {!failed && status !== "ready" && (
        <ProgressBar
          label={`Sending ${name}`}
          percent={progressOf([upload])}
          className="absolute inset-x-0 bottom-0 h-0.75 rounded-none"
        />
      )}
    </li>
  );
}

function Thumbnail({ upload }: { upload: Upload }) {
  const { kind, name, url, small } = shownFile(upload);
  const source = small ?? (kind === "image" ? url : "");
  const [broken, setBroken] = useState<string | null>(null);
  if (source === "" || source === broken) return <FileIcon kind={kind} name={name} className="size-11" />;
  return (
    <img
      alt=""
      src={source}
      draggable={false}
      onError={() => setBroken(source)}
      className="size-11 shrink-0 rounded-sm bg-muted object-cover"
    />
  );
}

function Standing({ upload }: { upload: Upload }) {
  const { status } = useConnection();
  const words = () => {
    if (upload.status === "ready") return `${sizeInWords(upload.size)}${upload.alt ? ", described" : ""}`;
    if (upload.status === "waiting" && status === "offline") return "Waiting: offline";
    return progressInWords([upload], false);
  };
  return <span className="truncate text-muted-foreground text-xs tabular-nums">{words()}</span>;
}

function Failure({ sentence = "This file could not be sent." }: { sentence?: string }) {
  return (
    <p
      role="alert"
      dir="auto"
      className="flex basis-full items-start gap-1 text-destructive text-xs [overflow-wrap:anywhere]"
    >
      <CircleAlert aria-hidden className="mt-[0.15em] size-[1.1em] shrink-0" />
      {sentence}
    </p>
  );
}
