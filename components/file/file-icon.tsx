import { File, FileArchive, FileImage, FileMusic, FileText, FileVideoCamera, Mic } from "lucide-react";
import type { ComponentType } from "react";
import { cn } from "@/components/ui/cn";
import type { FileKind } from "@/protocol/files";

const ICONS: Record<FileKind, ComponentType<{ className?: string; strokeWidth?: number }>> = {
  image: FileImage,
  video: FileVideoCamera,
  audio: FileMusic,
  voice: Mic,
  pdf: FileText,
  text: FileText,
  other: File,
};

const ARCHIVES = /\.(zip|gz|tgz|bz2|xz|zst|7z|rar|tar)$/i;

/** A sheet of the file's kind. It only repeats what stands beside it, so it is silent. */
export function FileIcon({ kind, name, className }: { kind: FileKind; name: string; className?: string }) {
  const Icon = kind === "other" && ARCHIVES.test(name) ? FileArchive : ICONS[kind];
  return (
    <span
      aria-hidden
      className={cn(
        "grid size-10 shrink-0 place-items-center rounded-md bg-primary-soft text-primary-soft-foreground",
        className,
      )}
    >
      <Icon className="size-5" strokeWidth={1.75} />
    </span>
  );
}
