import { deflateSync } from "node:zlib";
import { type Edit, NOTHING_FOUND, type Plan } from "./edits";
import { isDeflated, isPlain } from "./pdf-filters";
import { pdfInfoPlan } from "./pdf-info";
import { dictionaryAt, indexObjects, limitOf, type PdfObjects, streamAt } from "./pdf-objects";
import { pdfPicturesPlan } from "./pdf-pictures";
import type { Source } from "./source";

/** A larger document is not looked into: it is read into memory. */
const DOCUMENT_MAX_BYTES = 64 * 1024 * 1024;
/** A document that is locked has its texts encrypted, and one that is signed must not change. */
const LOCKS = ["/Encrypt", "/ByteRange"];
/** Files within the document, and what programs keep in it for themselves. */
const NOT_LOOKED_INTO = ["/EmbeddedFile", "/PieceInfo"];
const XMP = /\/Type\s{0,4}\/Metadata\b/;
const EMPTY_XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>';
const SPACE = 0x20;

/** PDF: the document's information, its XMP and that of its pictures, and what cameras wrote into its JPEGs. */
export function pdfMetadata(source: Source): Plan {
  if (source.size > DOCUMENT_MAX_BYTES) return NOTHING_FOUND;
  const bytes = Buffer.from(source.read(0, source.size));
  if (LOCKS.some((word) => bytes.includes(word))) return NOTHING_FOUND;
  const objects = indexObjects(bytes);
  if (!objects) return NOTHING_FOUND;

  const plans = [pdfInfoPlan(bytes, objects), xmpPlan(bytes, objects), pdfPicturesPlan(bytes)];
  return {
    edits: plans.flatMap(({ edits }) => edits),
    isComplete: plans.every(({ isComplete }) => isComplete) && !NOT_LOOKED_INTO.some((word) => bytes.includes(word)),
  };
}

/** Every stream of XMP says nothing. Streams stand in the document itself, never in other streams. */
function xmpPlan(bytes: Buffer, objects: PdfObjects): Plan {
  const plan: Plan = { edits: [], isComplete: true };
  if (!bytes.includes("/Metadata")) return plan;
  for (const at of objects.starts) {
    const range = dictionaryAt(bytes, at, limitOf(objects, at, bytes.length));
    if (!range || !XMP.test(bytes.toString("latin1", range.start, range.end))) continue;
    const edits = xmpEdits(bytes, objects, at);
    plan.edits.push(...(edits ?? []));
    if (!edits) plan.isComplete = false;
  }
  return plan;
}

/** @returns null for a stream that cannot be emptied. */
function xmpEdits(bytes: Buffer, objects: PdfObjects, at: number): Edit[] | null {
  const stream = streamAt(bytes, objects, at);
  if (!stream) return null;
  const { start, end, dictionary } = stream;
  if (!isPlain(dictionary) && !isDeflated(dictionary)) return null;
  const empty = isPlain(dictionary) ? Buffer.from(EMPTY_XMP) : deflateSync(EMPTY_XMP);
  if (empty.length > end - start) return null;
  return [{ start, bytes: Buffer.concat([empty, Buffer.alloc(end - start - empty.length, SPACE)]) }];
}
