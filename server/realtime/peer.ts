import type { WebSocket } from "ws";
import { CloseCode } from "@/protocol/close-codes";
import { encodeFrame, type ServerFrame } from "@/protocol/frames";
import { log } from "@/server/log";
import { metrics } from "@/server/metrics";
import { bufferedBytes, encodeTexts, PING_BYTES, writeFrames } from "./fan-out";

/** Whose socket it is; told before a close of ours. */
type Owner = { readonly id: number; closed(): void };

/** The other end of one socket: what is sent to it, whether it reads, whether it lives. */
export class Peer {
  readonly #owner: Owner;
  readonly #socket: WebSocket;
  readonly #bufferedBytesMax: number;
  #heard = true;
  #isBehind = false;

  constructor(owner: Owner, socket: WebSocket, { bufferedBytesMax }: { bufferedBytesMax: number }) {
    this.#owner = owner;
    this.#socket = socket;
    this.#bufferedBytesMax = bufferedBytesMax;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get bufferedBytes(): number {
    return bufferedBytes(this.#socket);
  }

  send(frame: ServerFrame): void {
    this.write(encodeTexts([encodeFrame(frame)]));
  }

  /** A reader that does not keep up is cut; it comes back and catches up from its cursor. */
  write(bytes: Buffer): void {
    if (!this.isOpen) return;
    if (this.#isBehind && this.bufferedBytes > this.#bufferedBytesMax) {
      metrics().cutReaders.inc();
      log.info({ connectionId: this.#owner.id }, "Cut a reader that is too slow.");
      return this.close(CloseCode.tooSlow, "Too slow: come back and catch up.");
    }
    this.#isBehind = !writeFrames(this.#socket, bytes);
  }

  close(code: CloseCode, reason: string): void {
    this.#owner.closed();
    this.#socket.close(code, reason);
  }

  /** It said something, or answered a ping. */
  heard(): void {
    this.#heard = true;
  }

  /** Asks for a sign of life. @returns false when the last one was not given: the socket is ended. */
  ping(): boolean {
    if (!this.#heard) {
      this.#owner.closed();
      this.#socket.terminate();
      return false;
    }
    this.#heard = false;
    this.write(PING_BYTES);
    return true;
  }
}
