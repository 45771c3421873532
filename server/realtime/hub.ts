import { setImmediate } from "node:timers";
import type { Person } from "@/protocol/frames";
import type { Backplane } from "@/server/backplane/backplane";
import type { Entry } from "@/server/domain/entry";
import { findStoredRooms } from "@/server/domain/stored-rooms";
import { log } from "@/server/log";
import type { Listener } from "./listener";
import { RoomChannel } from "./room-channel";

/**
 * Brings each room's events to this process's listeners. A room is heard from the backplane while
 * somebody listens here, and a little longer, so that a reload does not close and open it again.
 */
export class Hub {
  readonly #backplane: Backplane;
  readonly #channels = new Map<string, RoomChannel>();
  readonly #dirty = new Set<RoomChannel>();
  #flushing = false;

  constructor(backplane: Backplane) {
    this.#backplane = backplane;
  }

  /**
   * Lets a listener hear a room; the answer, as of the room's change `seq` or a later one, and what was missed are
   * its first frames of that room.
   * @returns the bytes of the answer; 0 when the listener was dismissed from the room or went away meanwhile.
   */
  join(listener: Listener, room: Entry, since: number | undefined): Promise<number> {
    return this.#channelOf(room).join(listener, since, room.seq);
  }

  /** Tells everybody in the room, at every process, that this person is writing. */
  tellTyping(roomId: string, person: Person): void {
    this.#backplane.publish(roomId, { type: "typing", person });
  }

  get roomCount(): number {
    return this.#channels.size;
  }

  leave(listener: Listener, roomId: string): void {
    this.#channels.get(roomId)?.leave(listener);
  }

  /** Tells the rooms of this slot their head, so that a reader whose last frames were lost learns of it. */
  beat(slot: number, slots: number): void {
    for (const [roomId, channel] of this.#channels) {
      if (slotOf(roomId, slots) !== slot) continue;
      if (channel.isIdle()) {
        channel.close();
        this.#channels.delete(roomId);
      } else channel.tellHead();
    }
  }

  /** Tells the other processes who listens here, and forgets the people of those that fell silent. */
  sweep(now: number): void {
    for (const channel of this.#channels.values()) channel.sweep(now);
  }

  /**
   * Reads what other processes committed and this one did not hear: while they cannot be heard, and now
   * and then, for the last event before a silence may be lost with nothing after it to show the hole.
   */
  async catchUp(): Promise<void> {
    if (this.#channels.size === 0) return;
    // Before the database is asked: what is said meanwhile may be further on than its answer.
    const heads = new Map([...this.#channels].map(([roomId, channel]) => [roomId, channel.head]));
    const stored = await findStoredRooms([...heads.keys()]);
    for (const [roomId, head] of heads) {
      const room = stored.get(roomId);
      const channel = this.#channels.get(roomId);
      if (room?.isDeleted) channel?.endDeleted();
      else if (!room || room.seq < head) {
        channel?.abandon();
        this.#channels.delete(roomId);
      } else await channel?.catchUp(room).catch((error) => this.#warnBehind(roomId, error));
    }
  }

  /** Tells a room now what it would be told soon: whoever leaves hears what was theirs. */
  flush(roomId: string): void {
    this.#channels.get(roomId)?.flush();
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }

  #warnBehind(roomId: string, error: unknown): void {
    log.warn({ err: error, roomId }, "A room could not be compared with the database; trying again later.");
  }

  #channelOf({ id, slug }: Entry): RoomChannel {
    const open = this.#channels.get(id);
    if (open && !open.isClosed) return open;
    const channel = new RoomChannel(id, slug, this.#backplane, (dirty) => this.#flushSoon(dirty));
    this.#channels.set(id, channel);
    return channel;
  }

  /**
   * What a turn of the event loop brings to a room goes out together at its end. No timer: one message
   * alone goes at once, and under load the writes grow by themselves.
   */
  #flushSoon(channel: RoomChannel): void {
    this.#dirty.add(channel);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      // Taken out first: a flush that cuts a slow reader makes its own room dirty again.
      const dirty = [...this.#dirty];
      this.#dirty.clear();
      for (const channel of dirty) if (!channel.holdsForMore()) channel.flush();
    });
  }
}

/** The last digits of an id are random: they spread the rooms evenly. */
function slotOf(roomId: string, slots: number): number {
  return Number.parseInt(roomId.slice(-4), 16) % slots;
}
