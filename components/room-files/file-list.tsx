"use client";

import { Files } from "lucide-react";
import { useCallback } from "react";
import { sizeInWords } from "@/client/files/file-size";
import { listRoomFiles } from "@/client/room-files-api";
import { downloadAddress } from "@/components/file/download-address";
import { FileIcon } from "@/components/file/file-icon";
import { FileName } from "@/components/file/file-name";
import { VoiceNote } from "@/components/file/voice-note";
import type { RoomFile } from "@/protocol/files";
import { Listing, type ListProps } from "./listing";
import { Row } from "./row";
import { SentBy } from "./sent-by";
import { usePages } from "./use-pages";

/** All else that was sent to a room: sound, documents, files of any kind. */
export function FileList({ roomId, q }: ListProps) {
  const load = useCallback((before?: string) => listRoomFiles(roomId, "files", { q, before }), [roomId, q]);
  const pages = usePages(load);
  return (
    <Listing pages={pages} q={q} Icon={Files} what="files">
      <ul aria-label="Files" className="-mx-2 grid grid-cols-1 gap-1">
        {pages.items.map((file) => (
          <Row key={file.id} seq={file.seq} name={file.kind === "voice" ? "the voice note" : file.name}>
            {file.kind === "voice" ? <Spoken file={file} /> : <FileRow file={file} />}
          </Row>
        ))}
      </ul>
    </Listing>
  );
}

function FileRow({ file }: { file: RoomFile }) {
  return (
    <a
      href={downloadAddress(file)}
      download={file.name}
      className="flex items-center gap-3 rounded-md p-2 hover:bg-accent focus-visible:-outline-offset-2"
    >
      <FileIcon kind={file.kind} name={file.name} />
      <span className="grid min-w-0 flex-1">
        <FileName name={file.name} className="font-semibold" />
        <SentBy {...file} />
      </span>
      <span className="shrink-0 text-muted-foreground text-xs">{sizeInWords(file.size)}</span>
    </a>
  );
}

function Spoken({ file }: { file: RoomFile }) {
  return (
    <div className="grid gap-1 p-2">
      <VoiceNote file={file} />
      <SentBy {...file} />
    </div>
  );
}
