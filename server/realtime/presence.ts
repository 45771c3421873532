import type { Person } from "@/protocol/frames";
import { PRESENCE_MAX_PEOPLE } from "@/protocol/limits";

/** Who is in one room now, by this process's own sockets. One person with three tabs is one person. */
export class Presence {
  readonly #people = new Map<string, Person & { sockets: number }>();

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

  /** @returns true when this person was not there before. */
  enter({ id, name }: Person): boolean {
    const present = this.#people.get(id);
    if (present) present.sockets++;
    else this.#people.set(id, { id, name, sockets: 1 });
    return !present;
  }

  /** @returns true when this person is not there any more. */
  leave(id: string): boolean {
    const present = this.#people.get(id);
    if (!present || --present.sockets > 0) return false;
    return this.#people.delete(id);
  }
}
