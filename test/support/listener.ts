import type { ServerFrame } from "@/protocol/frames";
import type { Listener } from "@/server/realtime/listener";
import { decodeFrames } from "./frames";

/** Hears as a connection would, and remembers. */
export class TestListener implements Listener {
  readonly frames: ServerFrame[] = [];
  /** The same, write by write. */
  readonly writes: ServerFrame[][] = [];
  readonly person: { id: string; name: string };
  isOpen = true;
  onWrite: () => void = () => {};
  #wake: () => void = () => {};

  constructor(id: string) {
    this.person = { id, name: id };
  }

  get lastJoined() {
    return this.frames.findLast((frame) => frame.type === "joined")?.payload;
  }

  get lastPresence() {
    return this.frames.findLast((frame) => frame.type === "presence")?.payload;
  }

  write(bytes: Buffer): void {
    if (!this.isOpen) return;
    const frames = decodeFrames(bytes);
    this.frames.push(...frames);
    this.writes.push(frames);
    this.onWrite();
    this.#wake();
  }

  dismissed(): void {}

  sendElsewhere(): void {
    this.isOpen = false;
  }

  async until(seq: number): Promise<void> {
    const heard = () => {
      const { joined, chats } = seqsOf(this.frames);
      return Math.max(0, ...joined, ...chats) >= seq;
    };
    while (!heard()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** The messages that came with the answer to a join, and those that came after it. */
export function seqsOf(frames: readonly ServerFrame[]): { joined: number[]; chats: number[] } {
  return {
    joined: frames.flatMap((frame) => (frame.type === "joined" ? frame.payload.messages.map(({ seq }) => seq) : [])),
    chats: frames.flatMap((frame) => (frame.type === "chat" ? [frame.payload.seq] : [])),
  };
}
