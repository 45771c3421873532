import type { MessageFile } from "@/protocol/files";

/** Says that the server could not remove what a camera or a program wrote into a file. */
export function MetadataNote({ file }: { file: MessageFile }) {
  if (!file.keepsMetadata) return null;
  return <span className="text-muted-foreground text-xs">May contain metadata such as location</span>;
}
