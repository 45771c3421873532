import { type ErrorPayload, TRANSIENT_CODES } from "@/protocol/errors";
import type { Message, ServerFrame } from "@/protocol/frames";
import { toTold } from "../history/recorder";
import { Line } from "./line";
import type { PersonOptions } from "./person";
import { makeWords } from "./words";

/** Unanswered for this long, it is sent once more on the same socket, whatever became of the first. */
const ANSWER_MAX_MS = 6_000;
const GIVES_UP = 0.1;
const DOUBTS = 0.05;
const DOUBTS_WITHIN_MS = 3_000;

type Spoken = { clientId: string; roomId: string; message: string };

/**
 * A bare socket that talks without waiting for answers. When its connection breaks it sends what is
 * unanswered again, by whichever process it finds, or gives up and never knows; and now and then it
 * doubts an answer that it has and asks again.
 */
export class SocketWriter {
  readonly name: string;
  readonly keepsOrder = false;
  readonly neverGivesUp = false;
  readonly line: Line;
  readonly #options: PersonOptions;
  readonly #unanswered = new Map<string, Spoken>();
  readonly #answered = new Map<string, Spoken>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #count = 0;
  #speaking: NodeJS.Timeout | undefined;
  retries = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.name = options.name;
    this.line = new Line({
      ...options,
      token: options.person.token,
      onOpen: () => this.#sayAgain(),
      onFrame: (frame) => this.#receive(frame),
    });
  }

  get isSettled(): boolean {
    return this.#unanswered.size === 0;
  }

  /** Talks from now on, about every `meanMs`. */
  talk(meanMs: number): void {
    this.#speaking = setTimeout(() => {
      const burst = this.#options.random.chance(0.05) ? 20 : 1;
      for (let n = 0; n < burst; n++) this.say();
      this.talk(meanMs * burst);
    }, this.#options.random.wait(meanMs));
  }

  hush(): void {
    clearTimeout(this.#speaking);
  }

  say(roomId = this.#options.random.pick(this.#options.rooms), words?: string): void {
    const { name, person, random, record } = this.#options;
    const number = ++this.#count;
    const clientId = `${name}-${number}`;
    const message = words ? `${name} ${number} ${words}` : makeWords(random, name, number);
    const spoken = { clientId, roomId, message };
    record({ type: "invoke", writer: name, authorId: person.id, ...spoken });
    this.#unanswered.set(clientId, spoken);
    this.#send(spoken);
  }

  /** Sends some of what was accepted once more: the answer must still be the first one. */
  doubt(count: number): void {
    for (const spoken of this.#options.random.shuffle([...this.#answered.values()]).slice(0, count)) {
      this.#unanswered.set(spoken.clientId, spoken);
      this.#sendAgain(spoken);
    }
  }

  stop(): void {
    this.hush();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.line.stop();
  }

  #send(spoken: Spoken): void {
    if (!this.line.send({ type: "chat", payload: spoken })) return;
    this.#in(ANSWER_MAX_MS, spoken, () => this.#sendAgain(spoken));
  }

  #sendAgain(spoken: Spoken): void {
    this.retries++;
    this.#send(spoken);
  }

  #sayAgain(): void {
    const { random, record, name } = this.#options;
    for (const spoken of [...this.#unanswered.values()]) {
      const wasAnswered = this.#answered.has(spoken.clientId);
      if (wasAnswered || !random.chance(GIVES_UP)) this.#sendAgain(spoken);
      else {
        record({ type: "unknown", writer: name, clientId: spoken.clientId });
        this.#settle(spoken.clientId);
      }
    }
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "chat") this.#accepted(frame.payload);
    else if (frame.type === "error" && frame.payload.clientId) this.#refused(frame.payload.clientId, frame.payload);
  }

  #accepted(message: Message): void {
    const { record, name, random } = this.#options;
    record({ type: "ok", writer: name, message: toTold(message) });
    const spoken = this.#unanswered.get(message.clientId);
    if (!spoken) return;
    this.#settle(message.clientId);
    this.#answered.set(spoken.clientId, spoken);
    if (random.chance(DOUBTS)) this.#in(random.between(0, DOUBTS_WITHIN_MS), spoken, () => this.#sendAgain(spoken));
  }

  #refused(clientId: string, error: ErrorPayload): void {
    const { record, name, random } = this.#options;
    const spoken = this.#unanswered.get(clientId);
    if (!spoken) return;
    if (TRANSIENT_CODES.has(error.code)) {
      this.#in((error.retryAfterMs ?? 500) * random.between(0.5, 1.5), spoken, () => this.#sendAgain(spoken));
    } else {
      record({ type: "refused", writer: name, clientId, code: error.code });
      this.#settle(clientId);
    }
  }

  #settle(clientId: string): void {
    this.#unanswered.delete(clientId);
    clearTimeout(this.#timers.get(clientId));
    this.#timers.delete(clientId);
  }

  #in(ms: number, { clientId }: Spoken, act: () => void): void {
    clearTimeout(this.#timers.get(clientId));
    this.#timers.set(clientId, setTimeout(act, ms));
  }
}
