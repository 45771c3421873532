import { edited } from "./edits";
import { isLastBlock, paddedBlock } from "./flac";

/** How a codec writes comments into the second packet of its stream. */
export type CommentFormat = {
  /** What the stream's first packet begins with. */
  begins: string;
  /** What the comments begin with, and the bytes before their vendor. */
  prefix: string;
  prefixBytes: number;
  /** A byte after the comments, which must be 1. */
  framing: boolean;
  /** Packets that may hold metadata: of FLAC as many as there are. */
  headers: 0 | 1 | "listed";
};

const FORMATS: CommentFormat[] = [
  { begins: "OpusHead", prefix: "OpusTags", prefixBytes: 8, framing: false, headers: 1 },
  { begins: "\x01vorbis", prefix: "\x03vorbis", prefixBytes: 7, framing: true, headers: 1 },
  { begins: "\x80theora", prefix: "\x81theora", prefixBytes: 7, framing: false, headers: 1 },
  { begins: "Speex   ", prefix: "", prefixBytes: 0, framing: false, headers: 1 },
  { begins: "\x7fFLAC", prefix: "", prefixBytes: 4, framing: false, headers: "listed" },
  // An index of the other streams, without comments.
  { begins: "fishead\0", prefix: "", prefixBytes: 0, framing: false, headers: 0 },
];

const LENGTH_BYTES = 4;
const FLAC_COMMENTS = 4;

export function formatOf(packet: Buffer): CommentFormat | null {
  const beginning = packet.toString("latin1", 0, 8);
  return FORMATS.find(({ begins }) => beginning.startsWith(begins)) ?? null;
}

/** The packet with a vendor of spaces in the place of all that it says; null for what has no such form. */
export function emptiedComments(format: CommentFormat, packet: Buffer, index: number): Buffer | null {
  const isComments = index === 1 && (packet[0] ?? 0) % 128 === FLAC_COMMENTS;
  if (format.headers === "listed" && !isComments) return edited(packet, paddedBlock(packet, 0, packet.length));
  const { prefix, prefixBytes, framing } = format;
  const spaces = packet.length - prefixBytes - 2 * LENGTH_BYTES - (framing ? 1 : 0);
  if (spaces < 0 || packet.toString("latin1", 0, prefix.length) !== prefix) return null;
  const emptied = Buffer.alloc(packet.length, " ");
  emptied.set(packet.subarray(0, prefixBytes));
  emptied.writeUInt32LE(spaces, prefixBytes);
  emptied.writeUInt32LE(0, prefixBytes + LENGTH_BYTES + spaces);
  if (framing) emptied.writeUInt8(1, packet.length - 1);
  return emptied;
}

export function isLastHeader({ headers }: CommentFormat, packet: Buffer): boolean {
  return headers !== "listed" || isLastBlock(packet);
}
