import { Download } from "lucide-react";
import { sizeInWords } from "@/client/files/file-size";
import { cn } from "@/components/ui/cn";
import type { MessageFile } from "@/protocol/files";
import { downloadAddress } from "./download-address";
import { FileIcon } from "./file-icon";
import { FileName } from "./file-name";
import { kindInWords } from "./kinds";
import { MetadataNote } from "./metadata-note";

const LINES_SHOWN = 6;

/** A file with its name, kind and size, and as much of it as can be shown; pressing it saves it. */
export function FileCard({ file }: { file: MessageFile }) {
  const { kind, name, size, small, placeholder, text, width, height } = file;
  return (
    <div className="w-full max-w-[26rem] overflow-hidden rounded-lg border bg-card">
      {kind === "pdf" && small && (
        <div className="grid max-h-52 place-items-start justify-center overflow-hidden border-b bg-muted px-6 pt-4">
          <img
            alt={`The first page of ${name}`}
            src={small}
            loading="lazy"
            decoding="async"
            className="w-48 rounded-t-sm bg-white shadow-card"
            style={{
              aspectRatio: width && height ? `${width} / ${height}` : "210 / 297",
              ...(placeholder && { background: `center / cover url(${placeholder})` }),
            }}
          />
        </div>
      )}
      {text && (
        <pre
          dir="auto"
          className={cn(
            "max-h-36 overflow-hidden whitespace-pre-wrap border-b bg-muted/60 px-3.5 py-2.5 font-mono text-[0.8125rem] leading-5 [overflow-wrap:anywhere]",
            isLong(text) && "[mask-image:linear-gradient(black_65%,transparent)]",
          )}
        >
          {text}
        </pre>
      )}
      <a
        href={downloadAddress(file)}
        download={name}
        className="flex items-center gap-3 rounded-lg p-2.5 hover:bg-accent focus-visible:-outline-offset-2"
      >
        <FileIcon kind={kind} name={name} />
        <span className="grid min-w-0 flex-1">
          <FileName name={name} className="font-semibold" />
          <span className="text-muted-foreground text-sm">
            {kindInWords(file)}, {sizeInWords(size)}
          </span>
          <MetadataNote file={file} />
        </span>
        <Download aria-hidden className="size-4.5 shrink-0 text-muted-foreground" />
        <span className="sr-only">Download</span>
      </a>
    </div>
  );
}

/** More than is shown: it fades out. */
function isLong(text: string): boolean {
  return text.split("\n").length > LINES_SHOWN || text.length > 50 * LINES_SHOWN;
}
