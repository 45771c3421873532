import { encodeFrame, type Person } from "@/protocol/frames";
import type { Backplane, PresenceEvent } from "@/server/backplane/backplane";
import { Presence } from "./presence";

/** Presence is told at most this often, and the more seldom the more people there are to tell it to. */
const INTERVAL_MS = 200;
const MS_PER_PERSON = 0.5;

/** Tells a room who is in it: this process's listeners by a frame, the other processes by the backplane. */
export class RoomPresence {
  readonly #roomId: string;
  readonly #backplane: Backplane;
  readonly #say: (frame: string) => void;
  readonly #presence = new Presence();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStale = false;

  constructor(roomId: string, backplane: Backplane, say: (frame: string) => void) {
    this.#roomId = roomId;
    this.#backplane = backplane;
    this.#say = say;
  }

  get count(): number {
    return this.#presence.count;
  }

  get frame(): string {
    const { count, people } = this.#presence;
    return encodeFrame({ type: "presence", payload: { roomId: this.#roomId, count, people } });
  }

  /** @returns true when everybody, the newcomer too, is told right after this turn. */
  enter(person: Person): boolean {
    return this.#changed(this.#presence.enter(person));
  }

  leave(personId: string): void {
    this.#changed(this.#presence.leave(personId));
  }

  hear(event: PresenceEvent): void {
    if (event.processId === this.#backplane.processId) return;
    if (event.type === "roster-wanted") this.publishRoster();
    else if (this.#presence.hear(event, Date.now())) this.#tell();
  }

  /** Asks the other processes whom they have. */
  askForRosters(): void {
    if (!this.#backplane.isShared) return;
    this.#backplane.publish(this.#roomId, { type: "roster-wanted", processId: this.#backplane.processId });
  }

  publishRoster(): void {
    if (!this.#backplane.isShared) return;
    this.#presence.takeChanges();
    const { processId } = this.#backplane;
    this.#backplane.publish(this.#roomId, { type: "roster", processId, people: this.#presence.here });
  }

  /** Forgets the people of processes that fell silent. */
  expire(now: number): void {
    if (this.#presence.expire(now)) this.#tell();
  }

  close(): void {
    this.#publishChanges();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isStale = false;
  }

  #changed(isNews: boolean): boolean {
    const told = isNews && this.#tell();
    // Somebody may be new to this process and not to the room: the other processes must know it all the same.
    if (!told && !this.#timer) this.#publishChanges();
    return told;
  }

  /** At once when it was quiet; while many come and go, together. @returns true when at once. */
  #tell(): boolean {
    this.#isStale = true;
    if (this.#timer) return false;
    this.#isStale = false;
    this.#publishChanges();
    this.#say(this.frame);
    const waitMs = INTERVAL_MS + this.#presence.count * MS_PER_PERSON;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isStale) this.#tell();
      else this.#publishChanges();
    }, waitMs);
    return true;
  }

  #publishChanges(): void {
    const changes = this.#presence.takeChanges();
    if (!changes || !this.#backplane.isShared) return;
    const { processId } = this.#backplane;
    this.#backplane.publish(this.#roomId, { type: "presence-changed", processId, ...changes });
  }
}
