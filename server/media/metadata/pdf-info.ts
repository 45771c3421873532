import type { Edit, Plan } from "./edits";
import { namedIn } from "./pdf-filters";
import { type ObjectStream, packedAgain, readObjectStreams } from "./pdf-object-streams";
import { dictionaryAt, limitOf, namedBy, type PdfObjects, type PdfRange, stringAt } from "./pdf-objects";

const SPACE = 0x20;
/** That an information names elsewhere. */
const TEXTS_MAX = 100;

/** One revision of an object: in the document itself, or in a compressed stream of objects. */
type Revision = { bytes: Buffer; at: number; to: number; packedIn: ObjectStream | null };

/** Every revision of the document's information says nothing, nor does a text that it names elsewhere. */
export function pdfInfoPlan(bytes: Buffer, objects: PdfObjects): Plan {
  const infos = namedBy(bytes, "/Info");
  if (infos.size === 0) return { edits: [], isComplete: true };
  const packed = readObjectStreams(bytes, objects);
  const edits: Edit[] = [];
  const changed = new Set<ObjectStream>();
  let isComplete = packed.isComplete;

  const texts = new Set<number>();
  for (const number of infos) {
    empty(number, dictionaryAt, (revision, range) => {
      for (const text of namedIn(revision.bytes, range)) texts.add(text);
    });
  }
  if (texts.size > TEXTS_MAX) return { edits: [], isComplete: false };
  for (const number of texts) empty(number, stringAt);
  for (const stream of changed) {
    const edit = packedAgain(stream);
    if (edit) edits.push(edit);
    else isComplete = false;
  }
  return { edits, isComplete };

  function empty(
    number: number,
    find: (bytes: Buffer, at: number, to: number) => PdfRange | null,
    look?: (revision: Revision, range: PdfRange) => void,
  ): void {
    const revisions = revisionsOf(number);
    if (revisions.length === 0) isComplete = false;
    for (const revision of revisions) {
      const range = find(revision.bytes, revision.at, revision.to);
      if (!range) {
        isComplete = false;
        continue;
      }
      look?.(revision, range);
      if (revision.packedIn) {
        revision.bytes.fill(SPACE, range.start, range.end);
        changed.add(revision.packedIn);
      } else edits.push({ ...range, fill: SPACE });
    }
  }

  function revisionsOf(number: number): Revision[] {
    const plain = (objects.ofNumber.get(number) ?? []).map((at) => ({
      bytes,
      at,
      to: limitOf(objects, at, bytes.length),
      packedIn: null,
    }));
    const others = packed.streams.flatMap((stream) => {
      const at = stream.places.get(number);
      return at === undefined ? [] : [{ bytes: stream.content, at, to: stream.content.length, packedIn: stream }];
    });
    return [...plain, ...others];
  }
}
