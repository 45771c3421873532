import { encodeFrame, type LeftReason, type ServerFrame } from "@/protocol/frames";
import { PAGE_MAX_SIZE, PAGE_SIZE } from "@/protocol/limits";
import {
  type Backplane,
  type Change,
  type Committed,
  type RoomEvent,
  toChange,
  type Unsubscribe,
} from "@/server/backplane/backplane";
import { type Changes, changesSince, latestPage, recentChanges } from "@/server/domain/history";
import { isAppending } from "@/server/domain/messages";
import { findStoredRoom, type StoredRoom } from "@/server/domain/stored-rooms";
import { log } from "@/server/log";
import { encodeTexts } from "./fan-out";
import { chatFrame, joinedFrame } from "./frame-json";
import { HoleRepair } from "./hole-repair";
import { asOf, type JoinPage, withinBytes } from "./join-page";
import type { Listener } from "./listener";
import { Outgoing } from "./outgoing";
import { RoomDetails } from "./room-details";
import { RECENT_MAX, RoomFeed } from "./room-feed";
import { RoomPresence } from "./room-presence";

/** One room in this process: who listens, what they are told, in which order. */
export class RoomChannel {
  readonly #roomId: string;
  readonly #slug: string;
  readonly #backplane: Backplane;
  readonly #onDirty: (channel: RoomChannel) => void;
  readonly #listeners = new Set<Listener>();
  readonly #entering = new Set<{ listener: Listener; dismissed: boolean }>();
  readonly #presence: RoomPresence;
  readonly #feed = new RoomFeed();
  readonly #repair: HoleRepair;
  readonly #details: RoomDetails;
  readonly #opened: Promise<void>;
  readonly #outgoing: Outgoing;
  #unsubscribe: Unsubscribe | undefined;
  #closed = false;
  #idleBeats = 0;

  constructor(roomId: string, slug: string, backplane: Backplane, onDirty: (channel: RoomChannel) => void) {
    this.#roomId = roomId;
    this.#slug = slug;
    this.#backplane = backplane;
    this.#onDirty = onDirty;
    this.#outgoing = new Outgoing(this.#listeners, () => isAppending(roomId));
    this.#presence = new RoomPresence(roomId, backplane, (frame) => this.#say(frame));
    this.#repair = new HoleRepair(roomId, this.#feed, (changes, committedAtMs) => {
      this.#tell(changes);
      if (committedAtMs !== null) this.#outgoing.measure("repaired", committedAtMs);
    });
    this.#details = new RoomDetails(roomId, (room) => this.#sayFrame({ type: "room", payload: room }));
    this.#opened = this.#open();
    this.#opened.catch(() => this.close());
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Answers a join and then lets the listener hear everything that comes after the answer. A listener
   * that is here already asks again from its cursor: it gets what it missed and stays. The answer is as of
   * the room's change `seq`, which the database had when the join was asked for, or a later one.
   * @returns the bytes of the answer; 0 when the listener was dismissed from the room or went away meanwhile.
   */
  async join(listener: Listener, since: number | undefined, seq: number): Promise<number> {
    const entering = { listener, dismissed: false };
    this.#entering.add(entering);
    try {
      await this.#opened;
      await this.#reach(seq);
      let page = this.#pageAtHand(since);
      while (!page) page = this.#broughtUp(await this.#read(since), since);
      // From here to the end nothing may wait: what is said now must be in the answer or come after it.
      if (entering.dismissed || !listener.isOpen) return 0;
      this.flush();
      const toldAll = this.#enter(listener);
      const answer = this.#answer(withinBytes(page, { isSince: since !== undefined }), toldAll);
      listener.write(answer);
      return answer.length;
    } finally {
      this.#entering.delete(entering);
    }
  }

  leave(listener: Listener): void {
    if (this.#listeners.delete(listener)) this.#presence.leave(listener.person.id);
  }

  /** True when nobody has been listening for a whole beat. */
  isIdle(): boolean {
    this.#idleBeats = this.#listeners.size === 0 && this.#entering.size === 0 ? this.#idleBeats + 1 : 0;
    return this.#idleBeats > 1;
  }

  get head(): number {
    return this.#feed.head;
  }

  tellHead(): void {
    this.#sayFrame({ type: "head", payload: { roomId: this.#roomId, seq: this.#feed.head } });
  }

  /** Tells the other processes who listens here, and forgets those of processes that fell silent. */
  sweep(now: number): void {
    this.#presence.publishRoster();
    this.#presence.expire(now);
  }

  /** Tells what other processes said and this one did not hear: the database knows more, or something else. */
  async catchUp(stored: StoredRoom): Promise<void> {
    if (this.#closed) return;
    await this.#opened;
    if (stored.seq > this.#feed.head && !this.#closed) await this.#repair.now();
    await this.#details.compare(stored);
  }

  /** The database was set back: what was heard here is not what it has. Sends everybody away, to ask anew. */
  abandon(): void {
    log.warn({ roomId: this.#roomId, head: this.#feed.head }, "The database was set back: a room is read anew.");
    for (const { listener } of this.#entering) listener.sendElsewhere();
    for (const listener of [...this.#listeners]) listener.sendElsewhere();
    this.close();
  }

  /** The room was deleted: says so to everybody who listens here, and ends. */
  endDeleted(): void {
    if (this.#closed) return;
    this.flush();
    const farewell = this.#farewell("deleted");
    for (const entering of this.#entering) entering.dismissed = true;
    for (const listener of this.#listeners) {
      listener.write(farewell);
      listener.dismissed(this.#roomId);
    }
    this.#listeners.clear();
    this.close();
  }

  /** True when it is better to wait: more of the room comes soon, and goes out with what has gathered. */
  holdsForMore(): boolean {
    return this.#outgoing.holdsForMore();
  }

  /** Writes what has gathered to everybody. */
  flush(): void {
    this.#outgoing.flush();
  }

  close(): void {
    this.#closed = true;
    this.#outgoing.close();
    this.#repair.stop();
    this.#presence.close();
    this.#unsubscribe?.();
  }

  /** Subscribes first, then reads: what is said in between waits in the feed. */
  async #open(): Promise<void> {
    this.#unsubscribe = await this.#backplane.subscribe(this.#roomId, (event) => this.#hear(event));
    if (this.#closed) return this.#unsubscribe();
    const [{ messages, seq, more }, head] = await Promise.all([
      recentChanges(this.#roomId, RECENT_MAX),
      findStoredRoom(this.#roomId),
    ]);
    if (head) this.#details.start(head);
    this.#feed.restart(messages, seq, more);
    this.#hearChanges([]);
    this.#presence.askForRosters();
  }

  #hear(event: RoomEvent): void {
    switch (event.type) {
      case "changes":
        return this.#hearChanges(event.changes, event.committed);
      case "room":
        return this.#details.hear(event.room);
      case "typing":
        return this.#sayFrame({ type: "typing", payload: { roomId: this.#roomId, person: event.person } });
      case "room-deleted":
        return this.endDeleted();
      case "membership-ended":
        return this.#dismiss(event.userId, event.reason);
      case "presence-changed":
      case "roster":
      case "roster-wanted":
        return this.#presence.hear(event);
      default:
        return event satisfies never;
    }
  }

  #hearChanges(changes: readonly Change[], committed?: Committed): void {
    const ready = this.#feed.take(changes);
    this.#tell(ready);
    if (committed && ready.length > 0) {
      const isOwn = committed.processId === this.#backplane.processId;
      this.#outgoing.measure(isOwn ? "local" : "remote", committed.atMs);
    }
    if (this.#feed.isContradicted && !this.#closed) return this.abandon();
    if (this.#feed.hasHole) this.#repair.soon();
  }

  #tell(changes: readonly Change[]): void {
    for (const change of changes) this.#outgoing.add(chatFrame(change));
    if (changes.length > 0) this.#onDirty(this);
  }

  #sayFrame(frame: ServerFrame): void {
    this.#say(encodeFrame(frame));
  }

  #say(text: string): void {
    this.#outgoing.add(text);
    this.#onDirty(this);
  }

  /** What others committed may not have been heard here yet: nobody is told what a message said before it was deleted. */
  async #reach(seq: number): Promise<void> {
    // Twice: a read that is under way already may know less.
    for (let reads = 0; reads < 2 && this.#feed.head < seq; reads++) await this.#repair.now();
  }

  #pageAtHand(since: number | undefined): JoinPage | null {
    const seq = this.#feed.head;
    if (since === undefined) {
      const latest = this.#feed.latest(PAGE_SIZE);
      return latest && { ...latest, seq };
    }
    const changes = this.#feed.since(since);
    return changes && { changes, seq, more: false };
  }

  /** Reads a page that is not at hand; the feed then knows at least as much as the page. */
  async #read(since: number | undefined): Promise<Changes> {
    const page =
      since === undefined ? await latestPage(this.#roomId) : await changesSince(this.#roomId, since, PAGE_MAX_SIZE);
    if (page.seq > this.#feed.head) await this.#repair.now();
    return page;
  }

  /**
   * The page as of now, with what was said since it was read. In a flood that is more than is at hand, and reading
   * again would never end: then the listener hears what is said from now on, and asks on from the page.
   * @returns null when the page has to be read again.
   */
  #broughtUp({ messages, seq, more }: Changes, since: number | undefined): JoinPage | null {
    const page = { changes: messages.map(toChange), seq, more };
    const isSince = since !== undefined;
    const { head } = this.#feed;
    const after = this.#feed.since(seq);
    if (after) return asOf(head, page, after, { isSince });
    return isSince && page.changes.length > 0 ? { ...page, seq: head, more: true } : null;
  }

  #answer({ changes, seq, more }: JoinPage, presenceFollows: boolean): Buffer {
    const joined = { roomId: this.#roomId, slug: this.#slug, seq, count: this.#presence.count, more };
    const texts = [joinedFrame(joined, changes)];
    return encodeTexts(presenceFollows ? texts : [...texts, this.#presence.frame]);
  }

  /** @returns true when everybody, the listener too, is told of the arrival right after this turn. */
  #enter(listener: Listener): boolean {
    if (this.#listeners.has(listener)) return false;
    this.#listeners.add(listener);
    return this.#presence.enter(listener.person);
  }

  #dismiss(userId: string, reason: "left" | "removed"): void {
    this.flush();
    const farewell = this.#farewell(reason);
    for (const entering of this.#entering) entering.dismissed ||= entering.listener.person.id === userId;
    for (const listener of [...this.#listeners]) {
      if (listener.person.id !== userId) continue;
      this.leave(listener);
      listener.write(farewell);
      listener.dismissed(this.#roomId);
    }
  }

  #farewell(reason: LeftReason): Buffer {
    return encodeTexts([encodeFrame({ type: "left", payload: { roomId: this.#roomId, reason } })]);
  }
}
