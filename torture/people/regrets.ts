import { setTimeout as sleep } from "node:timers/promises";
import type { HistoryPage } from "@/client/history-api";
import type { HistoryEvent, Told } from "../history/events";
import { toTold } from "../history/recorder";
import type { PersonOptions } from "./person";
import { callRest } from "./rest-call";

const REGRETS = 0.1;
/** At once, or a little later: in half of the cases while its readers are just being told. */
const WAIT_MEAN_MS = 1_500;
const AT_ONCE = 0.5;
const RETRY_DELAY_MS = 300;
const TRIES_MAX = 12;
/** Who clicks twice asks two processes at the same time. */
const CLICKS_TWICE = 0.2;
const LOOKS_AGAIN = 0.5;
const PAGE_SIZE = 5;

/**
 * What somebody does about their own messages: hears that one is stored, wishes now and then that it were
 * not, has it deleted by REST through whichever process answers, and looks whether it is gone.
 */
export class Regrets {
  readonly name: string;
  readonly #options: PersonOptions;
  /** Messages that were thought about: nobody thinks twice. */
  readonly #considered = new Set<string>();
  #busy = 0;
  #looks = 0;
  #isStopped = false;
  retries = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.name = `${options.name} with regrets`;
  }

  get isSettled(): boolean {
    return this.#busy === 0;
  }

  /** Writes down, and thinks about what is accepted. */
  readonly record = (event: HistoryEvent): void => {
    this.#options.record(event);
    if (event.type === "ok") this.#consider(event.message);
  };

  stop(): void {
    this.#isStopped = true;
  }

  #consider(message: Told): void {
    if (this.#considered.has(message.clientId) || this.#isStopped) return;
    this.#considered.add(message.clientId);
    const { random } = this.#options;
    if (!random.chance(REGRETS)) return;
    this.#busy++;
    void this.#regret(message, random.chance(AT_ONCE) ? 0 : random.wait(WAIT_MEAN_MS)).finally(() => this.#busy--);
  }

  async #regret(message: Told, waitMs: number): Promise<void> {
    const { random, record, name } = this.#options;
    await sleep(waitMs);
    const { clientId } = message;
    record({ type: "delete", writer: name, clientId });
    const clicks = random.chance(CLICKS_TWICE) ? 2 : 1;
    const outcomes = await Promise.all(Array.from({ length: clicks }, () => this.#delete(message)));
    const refused = outcomes.find((outcome) => outcome !== "deleted" && outcome !== "unknown");
    if (refused) record({ type: "delete-refused", writer: name, clientId, code: refused.code });
    else if (outcomes.includes("deleted")) await this.#lookAgain(message);
    else record({ type: "delete-unknown", writer: name, clientId });
  }

  async #delete({ id, roomId, clientId }: Told): Promise<"deleted" | "unknown" | { code: string }> {
    const { person, door, record, name } = this.#options;
    for (let tries = 1; tries <= TRIES_MAX && !this.#isStopped; tries++) {
      const path = `/api/rooms/${roomId}/messages/${id}`;
      const answer = await callRest<null>({ person, door: door() }, { method: "DELETE", path });
      if (answer && "code" in answer) return answer;
      if (answer) {
        record({ type: "deleted", writer: name, clientId });
        return "deleted";
      }
      this.retries++;
      await sleep(RETRY_DELAY_MS * tries);
    }
    return "unknown";
  }

  /** Asks any process for the page that ends with the message; what it cannot answer now is not asked again. */
  async #lookAgain({ roomId, seq }: Told): Promise<void> {
    const { person, door, random, record, name } = this.#options;
    if (!random.chance(LOOKS_AGAIN)) return;
    const ask = `${name} looks again ${++this.#looks}`;
    record({ type: "asks", ask });
    const path = `/api/rooms/${roomId}/messages?before=${seq + 1}&limit=${PAGE_SIZE}`;
    const answer = await callRest<HistoryPage>({ person, door: door() }, { method: "GET", path });
    if (!answer || "code" in answer) return;
    record({ type: "page", reader: name, roomId, messages: answer.content.messages.map(toTold), ask });
  }
}
