import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";

// RFC 6455, 5.2: a whole frame, not masked, as a server sends it.
const FIN_TEXT = 0x81;
const FIN_PING = 0x89;
const LENGTH_IN_TWO_BYTES = 126;
const LENGTH_IN_EIGHT_BYTES = 127;

export const PING_BYTES = Buffer.from([FIN_PING, 0]);

/**
 * The bytes of several text frames, made once for every socket of a room. ws would frame each message
 * anew for each socket and write each alone; one write for all of them is what makes fan-out fast.
 */
export function encodeTexts(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const size = lengths.reduce((sum, length) => sum + headerSize(length) + length, 0);
  const bytes = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const [index, text] of texts.entries()) {
    offset = writeHeader(bytes, offset, lengths[index] as number);
    offset += bytes.write(text, offset);
  }
  return bytes;
}

function headerSize(length: number): number {
  if (length < LENGTH_IN_TWO_BYTES) return 2;
  return length < 2 ** 16 ? 4 : 10;
}

/** @returns where the payload begins. */
function writeHeader(bytes: Buffer, offset: number, length: number): number {
  bytes[offset] = FIN_TEXT;
  switch (headerSize(length)) {
    case 2:
      return bytes.writeUInt8(length, offset + 1);
    case 4:
      bytes[offset + 1] = LENGTH_IN_TWO_BYTES;
      return bytes.writeUInt16BE(length, offset + 2);
    default:
      bytes[offset + 1] = LENGTH_IN_EIGHT_BYTES;
      return bytes.writeBigUInt64BE(BigInt(length), offset + 2);
  }
}

/**
 * Writes bytes of whole frames to a socket, past ws. Right only without an extension that changes
 * frames; we negotiate none (`perMessageDeflate` is off). It polices nothing: see `bufferedBytes`.
 * @returns false when what waits for the reader fills the stream's buffer.
 */
export function writeFrames(socket: WebSocket, bytes: Buffer): boolean {
  return socket.readyState !== socket.OPEN || rawSocket(socket).write(bytes);
}

/** What was written to the socket and its reader has not yet taken, in bytes, in this process. */
export function bufferedBytes(socket: WebSocket): number {
  return rawSocket(socket)?.writableLength ?? 0;
}

/** ws documents no way to the stream below. This is the one place that reaches for it; its test is beside it. */
function rawSocket(socket: WebSocket): Duplex {
  return (socket as WebSocket & { _socket: Duplex })._socket;
}
