import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "@/protocol/frames";
import { toTold } from "../history/recorder";
import type { Person, PersonOptions } from "./person";
import { callRest, type RestAnswer, type RestCall } from "./rest-call";

const UPLOADS_EVERY_MS = 1_500;
const BYTES_MAX = 100_000;
const RETRY_DELAY_MS = 300;
const TRIES_MAX = 20;
const ANSWER_MAX_MS = 6_000;

type Upload = {
  id: string;
  upload?: { parts: { url: string; offset: number; size: number; headers: Record<string, string> }[] };
};
type Sent = { fileId: string; hash: string };

/** Somebody who sends files: begins an upload, sends its parts, completes it and says a message with it. */
export class Uploader {
  readonly name: string;
  readonly keepsOrder = false;
  readonly neverGivesUp = false;
  readonly #options: PersonOptions;
  readonly #sent: Sent[] = [];
  #count = 0;
  #isTalking = false;
  #talk: Promise<void> = Promise.resolve();
  isSettled = true;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.name = options.name;
  }

  get sentCount(): number {
    return this.#sent.length;
  }

  talk(): void {
    this.#isTalking = true;
    this.isSettled = false;
    this.#talk = this.#goOn();
  }

  hush(): void {
    this.#isTalking = false;
  }

  async stop(): Promise<void> {
    this.hush();
    await this.#talk;
  }

  /** Reads every file that was sent, as another member does. @returns what is wrong with them. */
  async findDamage(reader: Person): Promise<string[]> {
    const damage: string[] = [];
    for (const { fileId, hash } of this.#sent) {
      const headers = { authorization: `Bearer ${reader.token}` };
      const answer = await fetch(`${this.#options.door().http}/files/${fileId}`, { headers });
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (hash !== hashOf(bytes)) damage.push(`the file ${fileId} was sent and is answered with ${answer.status}`);
    }
    return damage;
  }

  async #goOn(): Promise<void> {
    while (this.#isTalking) {
      await sleep(this.#options.random.wait(UPLOADS_EVERY_MS));
      await this.#send();
    }
    this.isSettled = true;
  }

  async #send(): Promise<void> {
    const { random, rooms, name } = this.#options;
    const roomId = random.pick(rooms);
    const bytes = randomBytes(random.whole(1, BYTES_MAX));
    const number = ++this.#count;
    const body = { name: `${name} ${number}.bin`, size: bytes.length };
    const begun = await this.#ask<Upload>({ method: "POST", path: `/api/rooms/${roomId}/files`, body });
    if (!begun || "code" in begun) return;
    const { id } = begun.content;
    if (!(await this.#sendParts(id, bytes))) return;
    await this.#say(roomId, number, { fileId: id, hash: hashOf(bytes) });
  }

  async #sendParts(id: string, bytes: Buffer): Promise<boolean> {
    const { door } = this.#options;
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      const asked = await this.#ask<Upload>({ method: "GET", path: `/api/files/${id}` });
      if (!asked || "code" in asked) return false;
      for (const { url, offset, size, headers } of asked.content.upload?.parts ?? []) {
        const body = new Uint8Array(bytes.subarray(offset, offset + size));
        const signal = AbortSignal.timeout(ANSWER_MAX_MS);
        await fetch(new URL(url, door().http), { method: "PUT", headers, body, signal }).catch(() => {});
      }
      const completed = await this.#ask<Upload>({ method: "POST", path: `/api/files/${id}/complete`, body: {} });
      if (completed && !("code" in completed)) return true;
      // Parts are missing: they are sent again.
      if (completed && completed.code !== "conflict") return false;
    }
    return false;
  }

  async #say(roomId: string, number: number, sent: Sent): Promise<void> {
    const { name, person, record } = this.#options;
    const clientId = `${name}-${number}`;
    const message = `${name} sends ${number}`;
    record({ type: "invoke", writer: name, authorId: person.id, roomId, clientId, message });
    const body = { clientId, message, files: [sent.fileId] };
    const answer = await this.#ask<Message>({ method: "POST", path: `/api/rooms/${roomId}/messages`, body });
    if (!answer) return record({ type: "unknown", writer: name, clientId });
    if ("code" in answer) return record({ type: "refused", writer: name, clientId, code: answer.code });
    record({ type: "ok", writer: name, message: toTold(answer.content) });
    this.#sent.push(sent);
  }

  async #ask<Content>(call: RestCall): Promise<RestAnswer<Content> | null> {
    const { person, door } = this.#options;
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      const answer = await callRest<Content>({ person, door: door() }, call);
      if (answer) return answer;
      await sleep(RETRY_DELAY_MS * tries);
    }
    return null;
  }
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
