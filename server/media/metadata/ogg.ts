import type { Edit, Plan } from "./edits";
import { type CommentFormat, emptiedComments, formatOf, isLastHeader } from "./ogg-comments";
import { checksummed, type Page, readPage } from "./ogg-pages";
import type { Source } from "./source";

/** Of a whole file: a day of speech. */
const PAGES_MAX = 1_000_000;
/** Comments may have a picture in them. */
const COMMENTS_MAX_BYTES = 16 * 1024 * 1024;

/** Of all pages with comments. */
const CHANGED_MAX_BYTES = 32 * 1024 * 1024;
/** Of one stream: FLAC has as many as it says. */
const HEADERS_MAX = 1_000;

/** A piece of a packet: where it stands in a page. */
type Piece = { page: Page; start: number; length: number };
type Stream = { format: CommentFormat | null; packets: number; pieces: Piece[]; bytes: number; isDone: boolean };

/** Ogg with Vorbis, Opus, Speex, Theora or FLAC: comments become spaces, and their pages get new checksums. */
export function oggMetadata(source: Source): Plan {
  const streams = new Map<number, Stream>();
  const changed = new Map<number, Buffer>();
  let changedBytes = 0;
  let isComplete = true;
  let start = 0;

  for (let count = 0; start < source.size; count++) {
    const page = count < PAGES_MAX ? readPage(source, start) : null;
    if (!page) {
      isComplete = false;
      break;
    }
    start = page.end;
    if (page.isFirst) streams.set(page.stream, { format: null, packets: 0, pieces: [], bytes: 0, isDone: false });
    const stream = streams.get(page.stream);
    if (stream?.isDone) continue;
    if (!stream || page.end > source.size || !takeHeaders(stream, page)) {
      isComplete = false;
      if (stream) stream.isDone = true;
    }
  }
  if ([...streams.values()].some(({ isDone }) => !isDone)) isComplete = false;
  const edits: Edit[] = [...changed].map(([at, bytes]) => ({ start: at, bytes: checksummed(bytes) }));
  return { edits, isComplete };

  /** @returns false for what is no header that we know. */
  function takeHeaders(stream: Stream, page: Page): boolean {
    let at = page.content;
    for (const [index, lacing] of page.lacings.entries()) {
      const piece = stream.pieces.at(-1);
      if (index > 0 && piece?.page === page) piece.length += lacing;
      else stream.pieces.push({ page, start: at, length: lacing });
      at += lacing;
      stream.bytes += lacing;
      if (stream.bytes > COMMENTS_MAX_BYTES) return false;
      if (lacing === 255) continue;
      if (!takePacket(stream)) return false;
      if (stream.isDone) return true;
    }
    return true;
  }

  function takePacket(stream: Stream): boolean {
    const packet = Buffer.concat(stream.pieces.map(({ start, length }) => Buffer.from(source.read(start, length))));
    if (stream.packets++ === 0) {
      stream.format = formatOf(packet);
      if (!stream.format) return false;
      stream.isDone = stream.format.headers === 0;
    } else if (stream.format) {
      const emptied = emptiedComments(stream.format, packet, stream.packets - 1);
      if (!emptied || stream.packets > HEADERS_MAX || changedBytes > CHANGED_MAX_BYTES) return false;
      write(stream.pieces, emptied);
      stream.isDone = isLastHeader(stream.format, packet);
    }
    stream.pieces = [];
    stream.bytes = 0;
    return true;
  }

  function write(pieces: readonly Piece[], packet: Buffer): void {
    let written = 0;
    for (const { page, start, length } of pieces) {
      const bytes = changed.get(page.start) ?? Buffer.from(source.read(page.start, page.end - page.start));
      bytes.set(packet.subarray(written, written + length), start - page.start);
      if (!changed.has(page.start)) changedBytes += bytes.length;
      changed.set(page.start, bytes);
      written += length;
    }
  }
}
