import type { ReactNode } from "react";
import type { MessageFile } from "@/protocol/files";
import { AudioFile } from "./audio-file";
import { FileCard } from "./file-card";
import { Gallery } from "./gallery";
import { VideoFile } from "./video-file";
import { VoiceNote } from "./voice-note";

/** What a message carries: its pictures together, then all else in the sender's order. */
export function MessageFiles({ files }: { files: readonly MessageFile[] }) {
  const pictures = files.filter(({ kind }) => kind === "image");
  const others = files.filter(({ kind }) => kind !== "image");
  return (
    <div className="grid grid-cols-1 justify-items-start gap-2 py-1">
      {pictures.length > 0 && <Gallery pictures={pictures} />}
      {others.map((file) => (
        <OtherFile key={file.id} file={file} />
      ))}
    </div>
  );
}

function OtherFile({ file }: { file: MessageFile }): ReactNode {
  switch (file.kind) {
    case "video":
      return <VideoFile file={file} />;
    case "audio":
      return <AudioFile file={file} />;
    case "voice":
      return <VoiceNote file={file} />;
    case "image":
    case "pdf":
    case "text":
    case "other":
      return <FileCard file={file} />;
    default:
      // A kind of a later version: a file like any other.
      file.kind satisfies never;
      return <FileCard file={file} />;
  }
}
