import type { Box, BoxReader } from "./mp4-boxes";

type Range = { start: number; end: number };

/** A table of more is not read: it belongs to no track of metadata. */
const TABLE_MAX_BYTES = 8 * 1024 * 1024;
/** Of chunks in boxes of media. */
const LOOKUPS_MAX = 10_000_000;
/** Version, flags and the number of entries. */
const TABLE_HEADER_BYTES = 8;

/**
 * Where the samples of a track are, within the boxes that hold media.
 * @returns null when the track's tables do not say so.
 */
export function sampleRanges(reader: BoxReader, track: Box, media: readonly Box[]): Range[] | null {
  const table = ["mdia", "minf", "stbl"].reduce<Box | undefined>(
    (box, wanted) => box && reader.within(box).find(({ type }) => type === wanted),
    track,
  );
  const boxes = table ? reader.within(table) : [];
  const read = (type: string) => {
    const box = boxes.find((one) => one.type === type);
    return box && box.end - box.content <= TABLE_MAX_BYTES
      ? Buffer.from(reader.source.read(box.content, box.end - box.content))
      : null;
  };
  const [sizes, runs, short, long] = [read("stsz"), read("stsc"), read("stco"), read("co64")];
  const offsets = short ? entries(short, 4, (at) => short.readUInt32BE(at)) : long && wide(long);
  if (!sizes || !runs || !offsets) return null;
  const sizeOf = sampleSizes(sizes);
  const samplesOf = samplesPerChunk(runs);
  if (!sizeOf || !samplesOf) return null;

  if (offsets.length * media.length > LOOKUPS_MAX) return null;
  const ranges: Range[] = [];
  let sample = 0;
  let bytes = 0;
  for (const [index, start] of offsets.entries()) {
    const count = samplesOf(index + 1);
    const length = sizeOf(sample, count);
    sample += count;
    const home = media.find(({ content, end }) => start >= content && start + length <= end);
    bytes += length;
    // Tables may name the same bytes again and again.
    if (!home || length < 0 || bytes > reader.source.size) return null;
    ranges.push({ start, end: start + length });
  }
  return ranges;
}

function wide(table: Buffer): number[] | null {
  return entries(table, 8, (at) => Number(table.readBigUInt64BE(at)));
}

/** @returns null when the table ends before its last entry. */
function entries<Entry>(table: Buffer, bytes: number, read: (at: number) => Entry): Entry[] | null {
  if (table.length < TABLE_HEADER_BYTES) return null;
  const count = table.readUInt32BE(4);
  if (TABLE_HEADER_BYTES + count * bytes > table.length) return null;
  return Array.from({ length: count }, (_, index) => read(TABLE_HEADER_BYTES + index * bytes));
}

/** @returns the bytes of so many samples from one on, or -1 where the table has fewer. */
function sampleSizes(table: Buffer): ((first: number, count: number) => number) | null {
  if (table.length < TABLE_HEADER_BYTES + 4) return null;
  const [same, samples] = [table.readUInt32BE(4), table.readUInt32BE(8)];
  if (same > 0) return (first, count) => (first + count <= samples ? same * count : -1);
  const sizes = entries(table.subarray(4), 4, (at) => table.readUInt32BE(4 + at));
  if (!sizes) return null;
  return (first, count) =>
    first + count <= sizes.length ? sizes.slice(first, first + count).reduce((sum, size) => sum + size, 0) : -1;
}

/** Of each run of chunks the table has the first, counted from 1, and how many samples each of them has. */
function samplesPerChunk(table: Buffer): ((chunk: number) => number) | null {
  const runs = entries(table, 12, (at) => ({ first: table.readUInt32BE(at), samples: table.readUInt32BE(at + 4) }));
  if (!runs?.length) return null;
  let run = 0;
  return (chunk) => {
    while (run + 1 < runs.length && chunk >= (runs[run + 1]?.first ?? 0)) run++;
    return runs[run]?.samples ?? 0;
  };
}
