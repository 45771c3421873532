import type { FileLimits } from "@/protocol/files";
import { FILES_PER_MESSAGE } from "@/protocol/limits";
import { sizeInWords } from "./file-size";
import type { GivenFile } from "./upload";

export type CheckedFiles = {
  taken: GivenFile[];
  /** Why the others were not taken, a sentence each. */
  refusals: string[];
};

/**
 * What of the given files a message can carry, found before a byte travels.
 * @param already how many files the message has.
 * @param limits the server's; null when they are not known, and only the protocol's own count.
 */
export function checkFiles(
  given: readonly GivenFile[],
  already: number,
  limits: Pick<FileLimits, "fileBytesMax"> | null,
): CheckedFiles {
  const taken: GivenFile[] = [];
  const refusals: string[] = [];
  let left = 0;
  for (const file of given) {
    const refusal = refuse(file, limits);
    if (refusal) refusals.push(refusal);
    else if (already + taken.length >= FILES_PER_MESSAGE) left++;
    else taken.push(file);
  }
  if (left > 0) refusals.push(tooMany(left));
  return { taken, refusals };
}

function refuse({ name, blob }: GivenFile, limits: Pick<FileLimits, "fileBytesMax"> | null): string | null {
  if (blob.size === 0) return `“${name}” is empty.`;
  if (!limits || blob.size <= limits.fileBytesMax) return null;
  return `“${name}” is too large: it has ${sizeInWords(blob.size)}, and a file may have at most ${sizeInWords(limits.fileBytesMax)}.`;
}

function tooMany(left: number): string {
  const others = left === 1 ? "1 file was left out" : `${left} files were left out`;
  return `A message carries at most ${FILES_PER_MESSAGE} files: ${others}.`;
}
