import type { GivenFile } from "@/client/files/upload";

export type TakenFiles = { files: GivenFile[]; hasFolder: boolean };

export function fromInput(list: FileList | null): GivenFile[] {
  return [...(list ?? [])].map(toGiven);
}

/** True while something is dragged that holds files: what they are is not told before they are dropped. */
export function holdsFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes("Files") ?? false;
}

/** What was dropped. A folder is no file: a browser gives something of its name that cannot be read. */
export function fromDrop(transfer: DataTransfer): TakenFiles {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const files = items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory);
  return {
    files: files.flatMap((item) => item.getAsFile() ?? []).map(toGiven),
    hasFolder: files.length < items.length,
  };
}

/** The files in the clipboard. Text that brings a picture of itself, as word processors do, is text. */
export function fromClipboard(data: DataTransfer | null): GivenFile[] {
  if (!data || data.types.includes("text/plain")) return [];
  return fromInput(data.files);
}

function toGiven(file: File): GivenFile {
  return { blob: file, name: file.name };
}
