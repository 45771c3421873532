import type { WebSocket } from "ws";
import { type ClientFrame, parseClientFrame } from "@/protocol/client-frames";
import { CloseCode } from "@/protocol/close-codes";
import type { ErrorPayload } from "@/protocol/errors";
import type { LeftReason, Person } from "@/protocol/frames";
import { enterRoom, findEndOf, isMember } from "@/server/domain/entry";
import { postMessage } from "@/server/domain/messages";
import { Refused } from "@/server/domain/refused";
import { requireRoom } from "@/server/domain/rooms";
import { checkSession, type SessionProof } from "@/server/domain/sessions";
import { type Rate, TokenBucket } from "@/server/domain/token-bucket";
import type { TokenBuckets } from "@/server/domain/token-buckets";
import type { Viewer } from "@/server/domain/viewer";
import { log } from "@/server/log";
import type { Hub } from "./hub";
import type { Listener } from "./listener";
import { Peer } from "./peer";
import { notJoined, refusalOf, toErrorFrame, tooFast } from "./refusals";
import { Turns } from "./turns";

/** Frames that cannot be read, between two heartbeats, before the socket is closed: a program that errs is told; a flood is not fed. */
const MALFORMED_MAX = 20;
/** Frames that wait while a room is being joined; beyond it the sender is told to slow down. */
const WAITING_MAX = 100;
/** Frames beyond the rate that are answered, between two heartbeats, before the socket is closed. */
const FLOOD_MAX = 200;
const BEATS_PER_CHECK = 3;
/** A proof that runs out within this gets a timer, so that its socket ends on time and not at the next heartbeat. */
const END_SOON_MS = 60_000;

/** What an operator may set for one socket. */
export type SocketLimits = { bufferedBytesMax: number; joinsPerSocket: number; frameRatePerSocket: Rate };

/** What all sockets of one person share, by the person's id. */
export type PersonRates = { chat: TokenBuckets; typing: TokenBuckets; joinedBytes: TokenBuckets };

type Context = { hub: Hub; limits: SocketLimits; rates: PersonRates };

/** One socket: its bytes become typed frames, its user's rights are the domain's to judge. */
export class Connection implements Listener {
  /** Unique in this process. */
  readonly id: number;
  readonly proof: SessionProof;
  readonly openedAt: number;
  readonly peer: Peer;
  readonly #context: Context;
  readonly #frames: TokenBucket;
  readonly #turns = new Turns<ClientFrame>(this, { waitingMax: WAITING_MAX });
  /** The rooms joined on this socket: slug by id. */
  readonly #rooms = new Map<string, string>();
  #lastRoomId: string | undefined;
  #spoke = false;
  #beats = 0;
  #malformed = 0;
  #flooded = 0;
  #endTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: number, socket: WebSocket, proof: SessionProof, context: Context, now = Date.now()) {
    this.id = id;
    this.proof = proof;
    this.#context = context;
    this.openedAt = now;
    this.#frames = new TokenBucket(context.limits.frameRatePerSocket, now);
    this.peer = new Peer(this, socket, context.limits);
    this.#endOnTime(now);
  }

  get viewer(): Viewer {
    return this.proof.viewer;
  }

  get person(): Person {
    return this.proof.viewer;
  }

  get isOpen(): boolean {
    return this.peer.isOpen;
  }

  /** True once a frame could be read. */
  get hasSpoken(): boolean {
    return this.#spoke;
  }

  receive(data: Buffer, isBinary: boolean): void {
    this.peer.heard();
    // ws goes on reading until the peer has answered our close: whoever was sent away has no say any more.
    if (!this.isOpen) return;
    if (isBinary) return this.peer.close(CloseCode.unsupportedData, "This protocol speaks text frames.");
    const waitMs = this.#frames.take(Date.now());
    const parsed = parseClientFrame(data.toString());
    if (waitMs > 0) return this.#tooFast(waitMs, parsed.ok ? parsed.frame : undefined);
    if (!parsed.ok) return this.#unreadable(parsed.error);
    this.#spoke = true;
    if (!this.#turns.add(parsed.frame)) this.#tooFast(1_000, parsed.frame);
  }

  write(bytes: Buffer): void {
    this.peer.write(bytes);
  }

  dismissed(roomId: string): void {
    this.#rooms.delete(roomId);
    if (this.#lastRoomId === roomId) this.#lastRoomId = undefined;
  }

  sendElsewhere(): void {
    this.peer.close(CloseCode.restart, "The database was set back: come back.");
  }

  /** Hears no room any more: the socket has closed, or is about to. */
  closed(): void {
    for (const roomId of this.#rooms.keys()) this.#context.hub.leave(this, roomId);
    this.#rooms.clear();
    clearTimeout(this.#endTimer);
  }

  /** Called at every heartbeat: ends what is dead or expired, and now and then looks whether it is still allowed. */
  beat(now: number): void {
    if (!this.peer.ping()) return;
    this.#malformed = 0;
    this.#flooded = 0;
    this.#endOnTime(now);
    if (!this.isOpen) return;
    if (++this.#beats % BEATS_PER_CHECK === 0) void this.recheck();
  }

  #endOnTime(now: number): void {
    const leftMs = this.proof.expiresAt ? this.proof.expiresAt.getTime() - now : Number.POSITIVE_INFINITY;
    if (leftMs <= 0) return this.endSession();
    if (leftMs < END_SOON_MS) this.#endTimer ??= setTimeout(() => this.endSession(), leftMs);
  }

  endSession(): void {
    this.peer.close(CloseCode.sessionEnded, "The session has ended: sign in again.");
  }

  /** The word that a right has ended can be lost on its way; the database still knows. */
  async recheck(): Promise<void> {
    try {
      if (!(await checkSession(this.proof))) return this.endSession();
      await Promise.all([...this.#rooms.keys()].map((roomId) => this.#leaveUnlessMember(roomId)));
    } catch (error) {
      this.#warnUnchecked(error);
    }
  }

  async #leaveUnlessMember(roomId: string): Promise<void> {
    if ((await isMember(this.viewer.id, roomId)) || !this.#rooms.has(roomId)) return;
    const reason = await findEndOf(roomId);
    if (this.#rooms.has(roomId)) this.#leave(roomId, reason);
  }

  #warnUnchecked(error: unknown): void {
    log.warn({ err: error, connectionId: this.id }, "A connection's rights could not be checked; trying again later.");
  }

  /** @returns a promise, which never rejects, when the frames after this one must wait for it. */
  take(frame: ClientFrame): Promise<void> | undefined {
    if (!this.isOpen) return undefined;
    switch (frame.type) {
      case "join":
        return this.#answering(this.#join(frame.payload.roomId, frame.payload.since), frame);
      case "leave":
        return this.#leaveByRef(frame.payload.roomId);
      case "chat":
        return this.#chat(frame);
      case "typing":
        return this.#typing(frame);
      case "ping":
        return void this.peer.send({ type: "pong" });
      default:
        return frame satisfies never;
    }
  }

  async #join(ref: string, since: number | undefined): Promise<void> {
    const { joinsPerSocket } = this.#context.limits;
    if (this.#rooms.size >= joinsPerSocket && !this.#findJoined(ref)) {
      throw new Refused("too_many", `One socket joins at most ${joinsPerSocket} rooms: leave one first.`);
    }
    const waitMs = this.#context.rates.joinedBytes.take(this.viewer.id);
    if (waitMs > 0) throw tooFast(waitMs);
    const room = await enterRoom(this.viewer, ref);
    const hadJoined = this.#rooms.has(room.id);
    this.#rooms.set(room.id, room.slug);
    const bytes = await this.#context.hub.join(this, room, since).catch((error) => {
      // Whoever is told that they did not get in must not count on an echo from there.
      if (!hadJoined) this.dismissed(room.id);
      throw error;
    });
    this.#context.rates.joinedBytes.charge(this.viewer.id, bytes);
    // Gone from our rooms: a check of the membership ended it while the hub was still reading.
    if (bytes > 0 && this.#rooms.has(room.id)) {
      this.#lastRoomId = room.id;
      // The word that the membership has ended may have come before there was anybody here to hear it.
      void this.#leaveUnlessMember(room.id).catch((error) => this.#warnUnchecked(error));
      return;
    }
    this.#context.hub.leave(this, room.id);
    this.dismissed(room.id);
    const reason = await findEndOf(room.id);
    if (this.isOpen) this.peer.send({ type: "left", payload: { roomId: room.id, reason } });
  }

  #leaveByRef(ref: string): undefined {
    const roomId = this.#findJoined(ref);
    if (roomId) this.#leave(roomId, "left");
    else this.#refuse(new Refused("not_joined", "This socket has not joined that room.", { roomId: ref }));
  }

  #leave(roomId: string, reason: LeftReason): void {
    this.#context.hub.flush(roomId);
    this.#context.hub.leave(this, roomId);
    this.dismissed(roomId);
    this.peer.send({ type: "left", payload: { roomId, reason } });
  }

  #chat(frame: Extract<ClientFrame, { type: "chat" }>): Promise<void> | undefined {
    const waitMs = this.#context.rates.chat.take(this.viewer.id);
    if (waitMs > 0) return void this.#refuse(tooFast(waitMs), frame);
    const ref = frame.payload.roomId;
    const roomId = ref === undefined ? this.#lastRoomId : this.#findJoined(ref);
    if (roomId) return this.#postInTurn(roomId, frame);
    if (ref === undefined) return void this.#refuse(notJoined(), frame);
    // The room is looked up first, and the message after this one must not pass it meanwhile.
    const found = requireRoom(this.viewer, ref);
    return found.then(
      (room) => this.#postInTurn(room.id, frame),
      (error) => this.#refuse(error, frame),
    );
  }

  /** Files are looked up first, and the message after this one must not pass it meanwhile. */
  #postInTurn(roomId: string, frame: Extract<ClientFrame, { type: "chat" }>): Promise<void> | undefined {
    if (!frame.payload.files) return void this.#post(roomId, frame);
    return new Promise((resolve) => this.#post(roomId, frame, resolve));
  }

  /** The echo comes by the hub, as to everybody; whoever does not listen there, or retries, is answered here. */
  #post(roomId: string, frame: Extract<ClientFrame, { type: "chat" }>, answered?: () => void): void {
    postMessage(this.viewer, roomId, frame.payload, (posted) => {
      if ("error" in posted) this.#refuse(posted.error, frame);
      else if (!posted.isNew || !this.#rooms.has(roomId)) this.peer.send({ type: "chat", payload: posted.message });
      answered?.();
    });
  }

  #typing(frame: Extract<ClientFrame, { type: "typing" }>): undefined {
    const ref = frame.payload.roomId;
    const roomId = ref === undefined ? this.#lastRoomId : this.#findJoined(ref);
    if (!roomId) return void this.#refuse(notJoined(), frame);
    const waitMs = this.#context.rates.typing.take(this.viewer.id);
    if (waitMs > 0) return void this.#refuse(tooFast(waitMs), frame);
    const { id, name } = this.person;
    this.#context.hub.tellTyping(roomId, { id, name });
  }

  /** The joined room of this slug or id. */
  #findJoined(ref: string): string | undefined {
    if (this.#rooms.has(ref)) return ref;
    for (const [roomId, slug] of this.#rooms) if (slug === ref) return roomId;
    return undefined;
  }

  async #answering(work: Promise<void>, frame: ClientFrame): Promise<void> {
    await work.catch((error) => this.#refuse(error, frame));
  }

  #refuse(error: unknown, frame?: ClientFrame): void {
    this.peer.send(refusalOf(error, frame, { connectionId: this.id, userId: this.viewer.id }));
  }

  #tooFast(waitMs: number, frame: ClientFrame | undefined): void {
    if (++this.#flooded > FLOOD_MAX) return this.peer.close(CloseCode.tooMany, "Far too many frames.");
    this.#refuse(tooFast(waitMs), frame);
  }

  #unreadable(error: ErrorPayload): void {
    if (++this.#malformed > MALFORMED_MAX) return this.peer.close(CloseCode.malformed, "Too many malformed frames.");
    this.peer.send(toErrorFrame(error));
  }
}
