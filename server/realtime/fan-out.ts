import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import * as ws from "ws";

// Public in ws, and missing from its types.
const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } };

const TEXT = { opcode: 1, fin: true, mask: false, readOnly: false, rsv1: false } as const;
const PING = { ...TEXT, opcode: 9 } as const;

/**
 * The bytes of several text frames, made once for every socket of a room. ws would frame each message
 * anew for each socket and write each alone; one write for all of them is what makes fan-out fast.
 */
export function encodeTexts(texts: readonly string[]): Buffer {
  return Buffer.concat(texts.flatMap((text) => frame(Buffer.from(text), TEXT)));
}

export const PING_BYTES = Buffer.concat(frame(Buffer.alloc(0), PING));

/**
 * Writes bytes of whole frames to a socket, past ws. Right only without an extension that changes
 * frames; we negotiate none (`perMessageDeflate` is off). It polices nothing: see `bufferedBytes`.
 */
export function writeFrames(socket: WebSocket, bytes: Buffer): void {
  if (socket.readyState !== socket.OPEN) return;
  rawSocket(socket).write(bytes);
}

/** What was written to the socket and its reader has not yet taken, in bytes, in this process. */
export function bufferedBytes(socket: WebSocket): number {
  return rawSocket(socket)?.writableLength ?? 0;
}

/** ws documents no way to the stream below. This is the one place that reaches for it; its test is beside it. */
function rawSocket(socket: WebSocket): Duplex {
  return (socket as WebSocket & { _socket: Duplex })._socket;
}

function frame(data: Buffer, options: typeof TEXT | typeof PING): Buffer[] {
  return Sender.frame(data, options);
}
