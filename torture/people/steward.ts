import { setTimeout as sleep } from "node:timers/promises";
import type { PersonOptions } from "./person";
import { callRest, type RestCall } from "./rest-call";

const RETRY_DELAY_MS = 300;
const ACTS_EVERY_MS = 700;
const ARCHIVES = 0.15;
const BY_THEMSELVES = 0.4;

type Rooms = { square: string; cellar: string; wanderers: readonly PersonOptions[] };
/** How somebody came to be outside: who left may join again, who was removed is added by the owner. */
type Outside = "left" | "removed";

/** The owner of the rooms, and the wanderers where they act for themselves: all by REST, until it is answered. */
export class Steward {
  readonly name = "steward";
  readonly #options: PersonOptions;
  readonly #rooms: Rooms;
  readonly #outside = new Map<string, Outside>();
  #isArchived = false;
  #isActing = false;
  #acting: Promise<void> = Promise.resolve();
  isSettled = true;
  /** What was done, for the summary. */
  readonly done = new Map<string, number>();

  constructor(options: PersonOptions, rooms: Rooms) {
    this.#options = options;
    this.#rooms = rooms;
  }

  act(): void {
    this.#isActing = true;
    this.isSettled = false;
    this.#acting = this.#goOn();
  }

  /** Brings everything back to where it was: everybody in, nothing archived. */
  hush(): void {
    this.#isActing = false;
  }

  async stop(): Promise<void> {
    this.hush();
    await this.#acting;
  }

  async #goOn(): Promise<void> {
    const { random } = this.#options;
    while (this.#isActing) {
      await sleep(random.wait(ACTS_EVERY_MS));
      if (random.chance(ARCHIVES)) await this.#archive(!this.#isArchived);
      else await this.#move(random.pick(this.#rooms.wanderers), random.pick(this.#open()));
    }
    if (this.#isArchived) await this.#archive(false);
    for (const wanderer of this.#rooms.wanderers) {
      for (const roomId of this.#open())
        if (this.#outside.has(keyOf(wanderer, roomId))) await this.#move(wanderer, roomId);
    }
    this.isSettled = true;
  }

  /** Nobody is added to an archived room. */
  #open(): string[] {
    const { square, cellar } = this.#rooms;
    return this.#isArchived ? [square] : [square, cellar];
  }

  async #archive(archived: boolean): Promise<void> {
    await this.#insist(this.#options, {
      method: "PATCH",
      path: `/api/rooms/${this.#rooms.cellar}`,
      body: { archived },
    });
    this.#isArchived = archived;
    this.#count(archived ? "archived" : "unarchived");
  }

  /** Out, if they are in; else in. */
  async #move(wanderer: PersonOptions, roomId: string): Promise<void> {
    const { record, random } = this.#options;
    const { name: reader, person } = wanderer;
    const key = keyOf(wanderer, roomId);
    const outside = this.#outside.get(key);
    const isOwn = outside ? outside === "left" && roomId === this.#rooms.square : random.chance(BY_THEMSELVES);
    const path = `/api/rooms/${roomId}/members/${isOwn ? "me" : person.id}`;
    const by = isOwn ? wanderer : this.#options;
    if (outside) {
      if (roomId === this.#rooms.cellar) record({ type: "admitted", reader, roomId });
      await this.#insist(by, { method: "PUT", path });
      this.#outside.delete(key);
      this.#count(isOwn ? "joined" : "added");
    } else {
      await this.#insist(by, { method: "DELETE", path });
      // Anybody may read an open room.
      if (roomId === this.#rooms.cellar) record({ type: "dismissed", reader, roomId });
      this.#outside.set(key, isOwn ? "left" : "removed");
      this.#count(isOwn ? "left" : "removed");
    }
  }

  /** Each of these may be asked for again: "not found" is the answer to a second removal. */
  async #insist({ person }: PersonOptions, call: RestCall): Promise<void> {
    for (;;) {
      const answer = await callRest({ person, door: this.#options.door() }, call);
      if (answer && (!("code" in answer) || answer.code === "not_found")) return;
      if (answer) throw new Error(`${call.method} ${call.path} was refused: ${answer.code}.`);
      await sleep(RETRY_DELAY_MS);
    }
  }

  #count(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }
}

function keyOf({ name }: PersonOptions, roomId: string): string {
  return `${name} ${roomId}`;
}
