import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "@/protocol/frames";
import { toTold } from "../history/recorder";
import type { PersonOptions } from "./person";
import { callRest } from "./rest-call";
import { makeWords } from "./words";

const RETRY_DELAY_MS = 300;
const TRIES_MAX = 12;

type RestWriterOptions = PersonOptions & {
  /** Adds something to what is said. */
  adorn?(words: string, roomId: string): string;
};

/** A program that speaks by REST, one message after the other, with retries. */
export class RestWriter {
  readonly name: string;
  readonly keepsOrder = false;
  readonly neverGivesUp = false;
  readonly #options: RestWriterOptions;
  #count = 0;
  #isTalking = false;
  #talk: Promise<void> = Promise.resolve();
  isSettled = true;
  retries = 0;

  constructor(options: RestWriterOptions) {
    this.#options = options;
    this.name = options.name;
  }

  talk(meanMs: number): void {
    this.#isTalking = true;
    this.#talk = this.#goOn(meanMs);
  }

  hush(): void {
    this.#isTalking = false;
  }

  async stop(): Promise<void> {
    this.hush();
    await this.#talk;
  }

  async #goOn(meanMs: number): Promise<void> {
    while (this.#isTalking) {
      this.isSettled = false;
      await this.#say();
      this.isSettled = true;
      await sleep(this.#options.random.wait(meanMs));
    }
  }

  async #say(): Promise<void> {
    const { name, person, random, record, rooms, door, adorn } = this.#options;
    const roomId = random.pick(rooms);
    const clientId = `${name}-${++this.#count}`;
    const words = makeWords(random, name, this.#count);
    const message = adorn?.(words, roomId) ?? words;
    record({ type: "invoke", writer: name, authorId: person.id, roomId, clientId, message });
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      const ask = `${clientId} for the ${tries}. time`;
      record({ type: "asks", ask });
      const call = { method: "POST", path: `/api/rooms/${roomId}/messages`, body: { clientId, message } } as const;
      const answer = await callRest<Message>({ person, door: door() }, call);
      if (answer) {
        if ("content" in answer) record({ type: "ok", writer: name, message: toTold(answer.content), ask });
        else record({ type: "refused", writer: name, clientId, code: answer.code });
        return;
      }
      this.retries++;
      await sleep(RETRY_DELAY_MS * tries);
    }
    record({ type: "unknown", writer: name, clientId });
  }
}
