import type { Person } from "@/protocol/frames";
import { PRESENCE_MAX_PEOPLE } from "@/protocol/limits";
import type { PresenceEvent } from "@/server/backplane/backplane";

/** A process that was not heard of for this long is gone, and its people with it. */
export const ROSTER_TTL_MS = 22_000;

type Roster = { people: Map<string, Person>; heardAt: number };

/**
 * Who is in one room now, at this process and at others. One person with three tabs, wherever they lead,
 * is one person.
 */
export class Presence {
  /** Sockets of this process, by person. */
  readonly #sockets = new Map<string, number>();
  readonly #others = new Map<string, Roster>();
  /** Everybody, with the number of processes that have them. */
  readonly #people = new Map<string, Person & { processes: number }>();
  #came = new Map<string, Person>();
  #left = new Set<string>();

  get count(): number {
    return this.#people.size;
  }

  /** The first of them to come, as many as a frame names. */
  get people(): Person[] {
    const named: Person[] = [];
    for (const { id, name } of this.#people.values()) {
      if (named.length === PRESENCE_MAX_PEOPLE) break;
      named.push({ id, name });
    }
    return named;
  }

  /** Everybody whom this process has. */
  get here(): Person[] {
    return [...this.#sockets.keys()].flatMap((id) => this.#person(id) ?? []);
  }

  /** @returns true when this person was not there before, at any process. */
  enter(person: Person): boolean {
    const sockets = this.#sockets.get(person.id) ?? 0;
    this.#sockets.set(person.id, sockets + 1);
    if (sockets > 0) return false;
    if (!this.#left.delete(person.id)) this.#came.set(person.id, person);
    return this.#add(person);
  }

  /** @returns true when this person is not there any more, at any process. */
  leave(id: string): boolean {
    const sockets = this.#sockets.get(id) ?? 0;
    if (sockets > 1) this.#sockets.set(id, sockets - 1);
    if (sockets !== 1) return false;
    this.#sockets.delete(id);
    if (!this.#came.delete(id)) this.#left.add(id);
    return this.#remove(id);
  }

  /** What the other processes have not yet been told of this one; null when that is nothing. */
  takeChanges(): { came: Person[]; left: string[] } | null {
    if (this.#came.size === 0 && this.#left.size === 0) return null;
    const changes = { came: [...this.#came.values()], left: [...this.#left] };
    this.#came = new Map();
    this.#left = new Set();
    return changes;
  }

  /** Takes what another process tells. @returns true when somebody came or left by it. */
  hear(event: Exclude<PresenceEvent, { type: "roster-wanted" }>, now: number): boolean {
    const known = this.#others.get(event.processId);
    const before = known?.people ?? new Map<string, Person>();
    const after = event.type === "roster" ? byId(event.people) : changed(before, event);
    this.#others.set(event.processId, { people: after, heardAt: now });
    return this.#replace(before, after);
  }

  /** Forgets processes that fell silent. @returns true when somebody left by it. */
  expire(now: number): boolean {
    let someLeft = false;
    for (const [processId, { people, heardAt }] of this.#others) {
      if (now - heardAt <= ROSTER_TTL_MS) continue;
      this.#others.delete(processId);
      someLeft = this.#replace(people, new Map()) || someLeft;
    }
    return someLeft;
  }

  #replace(before: ReadonlyMap<string, Person>, after: ReadonlyMap<string, Person>): boolean {
    let isChanged = false;
    for (const person of after.values()) if (!before.has(person.id)) isChanged = this.#add(person) || isChanged;
    for (const id of before.keys()) if (!after.has(id)) isChanged = this.#remove(id) || isChanged;
    return isChanged;
  }

  #add({ id, name }: Person): boolean {
    const present = this.#people.get(id);
    if (present) present.processes++;
    else this.#people.set(id, { id, name, processes: 1 });
    return !present;
  }

  #remove(id: string): boolean {
    const present = this.#people.get(id);
    if (!present || --present.processes > 0) return false;
    return this.#people.delete(id);
  }

  #person(id: string): Person | undefined {
    const present = this.#people.get(id);
    return present && { id, name: present.name };
  }
}

function byId(people: readonly Person[]): Map<string, Person> {
  return new Map(people.map((person) => [person.id, person]));
}

function changed(before: ReadonlyMap<string, Person>, { came, left }: { came: Person[]; left: string[] }) {
  const after = new Map([...before, ...byId(came)]);
  for (const id of left) after.delete(id);
  return after;
}
