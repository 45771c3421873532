import { type ErrorPayload, TRANSIENT_CODES } from "@/protocol/errors";
import type { Message, ServerFrame } from "@/protocol/frames";
import { toTold } from "../history/recorder";
import { Line } from "./line";
import type { PersonOptions } from "./person";
import { makeWords } from "./words";

/** Unanswered for this long, it is sent once more on the same socket, whatever became of the first. */
const ANSWER_MAX_MS = 6_000;
/** It waits for answers when so many are missing. */
const UNANSWERED_MAX = 50;
const GIVES_UP = 0.1;
const DOUBTS = 0.05;
const DOUBTS_WITHIN_MS = 3_000;
const RETRY_AFTER_MS = 500;

export type SocketWriterOptions = PersonOptions & {
  /** Whether it joins its rooms, and hears its echo among everything else; else it only speaks into them. */
  joins: boolean;
};

/** `ask`: it was answered, nothing more is to come, and then it was sent once more under this name. */
type Spoken = { clientId: string; roomId: string; message: string; sent: number; ask?: string };

/**
 * A bare socket that talks without waiting for answers. When its connection breaks it sends what is
 * unanswered again, by whichever process it finds, or gives up and never knows; and now and then it
 * doubts an answer that it has and asks again.
 */
export class SocketWriter {
  readonly name: string;
  readonly keepsOrder = false;
  readonly neverGivesUp = false;
  readonly joins: boolean;
  readonly rooms: readonly string[];
  readonly line: Line;
  readonly #options: SocketWriterOptions;
  /** Rooms whose join is not yet answered on this connection. */
  readonly #joining = new Set<string>();
  readonly #unanswered = new Map<string, Spoken>();
  readonly #answered = new Map<string, Spoken>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #isReady = false;
  #count = 0;
  #speaking: NodeJS.Timeout | undefined;
  retries = 0;

  constructor(options: SocketWriterOptions) {
    this.#options = options;
    this.name = options.name;
    this.joins = options.joins;
    this.rooms = options.rooms;
    this.line = new Line({
      ...options,
      token: options.person.token,
      onOpen: () => this.#arrive(),
      onFrame: (frame) => this.#receive(frame),
      onClose: () => {
        this.#isReady = false;
      },
    });
  }

  /** Connected, and in its rooms where it joins them. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get isSettled(): boolean {
    return this.#unanswered.size === 0;
  }

  /** Talks from now on, about every `meanMs`. */
  talk(meanMs: number): void {
    this.#speaking = setTimeout(() => {
      const burst = this.#options.random.chance(0.05) ? 20 : 1;
      for (let n = 0; n < burst && this.#unanswered.size < UNANSWERED_MAX; n++) this.say();
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
    const spoken = { clientId, roomId, message, sent: 0 };
    record({ type: "invoke", writer: name, authorId: person.id, clientId, roomId, message });
    this.#unanswered.set(clientId, spoken);
    this.#send(spoken);
  }

  /** Sends some of what was accepted once more, when all is at rest: the answer must still be the first one. */
  doubt(count: number): void {
    for (const spoken of this.#options.random.shuffle([...this.#answered.values()]).slice(0, count)) {
      spoken.ask = `${spoken.clientId} in doubt`;
      this.#options.record({ type: "asks", ask: spoken.ask });
      this.#unanswered.set(spoken.clientId, spoken);
      this.#send(spoken);
    }
  }

  stop(): void {
    this.hush();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.line.stop();
  }

  #arrive(): void {
    this.#joining.clear();
    if (!this.joins) return this.#beReady();
    for (const roomId of this.#options.rooms) this.#join(roomId);
  }

  #join(roomId: string): void {
    this.#joining.add(roomId);
    this.line.send({ type: "join", payload: { roomId } });
  }

  #joined(roomId: string): void {
    if (this.#joining.delete(roomId) && this.#joining.size === 0) this.#beReady();
  }

  #beReady(): void {
    this.#isReady = true;
    this.#sayAgain();
  }

  #send(spoken: Spoken): void {
    const { clientId, roomId, message } = spoken;
    if (!this.#isReady || !this.line.send({ type: "chat", payload: { clientId, roomId, message } })) return;
    if (spoken.sent++ > 0) this.retries++;
    this.#in(ANSWER_MAX_MS, spoken, () => this.#send(spoken));
  }

  /** What was sent on an earlier connection is sent again, or given up; what was not, goes out now. */
  #sayAgain(): void {
    const { random, record, name } = this.#options;
    for (const spoken of [...this.#unanswered.values()]) {
      const isInDoubt = spoken.sent > 0 && !this.#answered.has(spoken.clientId);
      if (!isInDoubt || !random.chance(GIVES_UP)) this.#send(spoken);
      else {
        record({ type: "unknown", writer: name, clientId: spoken.clientId });
        this.#settle(spoken.clientId);
      }
    }
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "joined") this.#joined(frame.payload.roomId);
    else if (frame.type === "chat" && frame.payload.senderId === this.#options.person.id) this.#accepted(frame.payload);
    else if (frame.type === "error") this.#refused(frame.payload);
  }

  #accepted(message: Message): void {
    const { record, name, random } = this.#options;
    const spoken = this.#unanswered.get(message.clientId);
    record({ type: "ok", writer: name, message: toTold(message), ...(spoken?.ask && { ask: spoken.ask }) });
    this.#settle(message.clientId);
    if (!spoken) return;
    this.#answered.set(spoken.clientId, spoken);
    if (random.chance(DOUBTS)) this.#in(random.between(0, DOUBTS_WITHIN_MS), spoken, () => this.#send(spoken));
  }

  #refused({ code, clientId, roomId, retryAfterMs = RETRY_AFTER_MS }: ErrorPayload): void {
    const { record, name, random } = this.#options;
    const waitMs = retryAfterMs * random.between(0.5, 1.5);
    // Without a message it is a join that the server could not answer just now.
    if (clientId === undefined) return void (roomId && setTimeout(() => this.#join(roomId), waitMs));
    const spoken = this.#unanswered.get(clientId);
    if (!spoken) return;
    if (TRANSIENT_CODES.has(code)) return this.#in(waitMs, spoken, () => this.#send(spoken));
    record({ type: "refused", writer: name, clientId, code });
    this.#settle(clientId);
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
