import type { ClientFrame, Joined, Message, ServerFrame } from "@/protocol/frames";
import { FakeSocket } from "./fake-socket";

/** What may go wrong with one frame of a client. */
export type Fault = "none" | "overloaded" | "lost before" | "lost after" | "echo lost" | "join refused";

const LATENCY_MS = 10;
const PAGE = 3;

type Peer = { socket: FakeSocket; userId: string; rooms: Set<string> };

/**
 * The rooms' logs and the protocol in a few lines, without a database: what a client talks to in its own
 * tests, under fake timers. `nextFault` is asked for every frame that comes in.
 */
export class FakeServer {
  readonly log: Message[] = [];
  nextFault: () => Fault = () => "none";
  readonly #peers = new Set<Peer>();

  /** What a client of this user opens its sockets with. */
  socketOf(userId: string) {
    return (url: string, protocol: string): FakeSocket => {
      const peer: Peer = { socket: new FakeSocket(url, protocol), userId, rooms: new Set() };
      peer.socket.onSent = (frame) => this.#later(peer, () => this.#take(peer, frame));
      this.#later(peer, () => {
        this.#peers.add(peer);
        peer.socket.open();
      });
      return peer.socket;
    };
  }

  /** Cuts every connection. */
  cut(): void {
    for (const peer of [...this.#peers]) this.#end(peer);
  }

  post(userId: string, roomId: string, message: string, clientId: string, tell: (peer: Peer) => boolean = () => true) {
    const known = this.log.find((other) => other.senderId === userId && other.clientId === clientId);
    if (known) return known;
    const seq = this.#seqOf(roomId) + 1;
    const sentAt = new Date(0).toISOString();
    const base = { id: `${roomId}-${seq}`, roomId, seq, rev: seq, clientId, message, editedAt: null, deletedAt: null };
    const posted: Message = { ...base, sender: userId, senderId: userId, sentAt };
    this.log.push(posted);
    for (const peer of this.#peers) {
      if (peer.rooms.has(roomId) && tell(peer)) this.#say(peer, { type: "chat", payload: posted });
    }
    return undefined;
  }

  #take(peer: Peer, frame: ClientFrame): void {
    const fault = this.nextFault();
    if (fault === "lost before") return this.#end(peer);
    switch (frame.type) {
      case "join":
        if (fault !== "join refused") this.#join(peer, frame.payload);
        else this.#refuse(peer, { roomId: frame.payload.roomId });
        break;
      case "chat":
        if (fault !== "overloaded") this.#chat(peer, frame.payload, fault === "echo lost");
        else this.#refuse(peer, { roomId: frame.payload.roomId, clientId: frame.payload.clientId });
        break;
      case "leave":
        peer.rooms.delete(frame.payload.roomId);
        this.#say(peer, { type: "left", payload: { roomId: frame.payload.roomId, reason: "left" } });
        break;
      case "ping":
        this.#say(peer, { type: "pong" });
        break;
      default:
    }
    if (fault === "lost after") this.#end(peer);
  }

  #join(peer: Peer, { roomId, since }: { roomId: string; since?: number }): void {
    peer.rooms.add(roomId);
    const messages = this.log.filter((message) => message.roomId === roomId);
    const missed =
      since === undefined ? messages.slice(-PAGE) : messages.filter(({ rev }) => rev > since).slice(0, PAGE);
    const last =
      since === undefined ? messages.length > PAGE : (messages.at(-1)?.rev ?? 0) > (missed.at(-1)?.rev ?? since);
    const seq = this.#seqOf(roomId);
    const joined: Joined = { roomId, slug: roomId, seq, count: 1, messages: missed, more: last };
    this.#say(peer, { type: "joined", payload: joined });
  }

  /** A lost echo is one that a broken backplane kept from everybody but those who ask. */
  #chat(peer: Peer, frame: Extract<ClientFrame, { type: "chat" }>["payload"], isEchoLost: boolean): void {
    const { roomId = "", message, clientId = "" } = frame;
    const known = this.post(peer.userId, roomId, message, clientId, () => !isEchoLost);
    if (known) this.#say(peer, { type: "chat", payload: known });
  }

  #refuse(peer: Peer, ids: { roomId?: string; clientId?: string }): void {
    this.#say(peer, { type: "error", payload: { code: "overloaded", message: "Later.", ...ids } });
  }

  #seqOf(roomId: string): number {
    return this.log.filter((message) => message.roomId === roomId).length;
  }

  #end(peer: Peer): void {
    this.#peers.delete(peer);
    peer.socket.end();
  }

  #say(peer: Peer, frame: ServerFrame): void {
    this.#later(peer, () => peer.socket.say(frame));
  }

  #later(peer: Peer, act: () => void): void {
    setTimeout(() => peer.socket.isClosed || act(), LATENCY_MS);
  }
}
