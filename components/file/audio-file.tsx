import { Download } from "lucide-react";
import { sizeInWords } from "@/client/files/file-size";
import { Button } from "@/components/ui/button";
import type { MessageFile } from "@/protocol/files";
import { downloadAddress } from "./download-address";
import { FileIcon } from "./file-icon";
import { FileName } from "./file-name";
import { findLocal } from "./local-address";
import { MetadataNote } from "./metadata-note";

/** A sound with the browser's own player under its name. */
export function AudioFile({ file }: { file: MessageFile }) {
  return (
    <div className="grid w-full max-w-[26rem] gap-2 rounded-lg border bg-card p-2.5">
      <div className="flex items-center gap-3">
        <FileIcon kind={file.kind} name={file.name} />
        <span className="grid min-w-0 flex-1">
          <FileName name={file.name} className="font-semibold" />
          <span className="text-muted-foreground text-sm">{sizeInWords(file.size)}</span>
          <MetadataNote file={file} />
        </span>
        <Button asChild variant="ghost" size="iconSm">
          <a href={downloadAddress(file)} download={file.name} aria-label={`Download ${file.name}`}>
            <Download />
          </a>
        </Button>
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: what people send to each other comes without captions. */}
      <audio
        controls
        preload="none"
        aria-label={`Sound ${file.name}`}
        src={findLocal(file.id) ?? file.url}
        className="h-10 w-full rounded-full"
      />
    </div>
  );
}
