import type { Plan } from "./edits";
import { flacMetadata } from "./flac";
import type { Source } from "./source";
import { leadingTags, trailingTags } from "./tags";

/** Between a tag and the sound there may be zeros. */
const GAP_MAX_BYTES = 64 * 1024;

/** MP3, AAC and what else comes as bare frames between tags. */
export function mp3Metadata(source: Source): Plan {
  const before = leadingTags(source);
  if (source.read(before.edge, 4).toString("latin1") === "fLaC") {
    const { edits, isComplete } = flacMetadata(source, before.edge);
    return { edits: [...before.edits, ...edits], isComplete: isComplete && before.isComplete };
  }
  const after = trailingTags(source, before.edge);
  const beginning = source.read(before.edge, GAP_MAX_BYTES);
  const first = beginning.findIndex((byte) => byte !== 0);
  const isSound = beginning[first] === 0xff && (beginning[first + 1] ?? 0) >= 0xe0;
  return {
    edits: [...before.edits, ...after.edits],
    isComplete: before.isComplete && after.isComplete && isSound,
  };
}
