import { setTimeout as sleep } from "node:timers/promises";
import { MESSAGE_MAX_LENGTH } from "@/protocol/limits";
import type { Door } from "../deployment/deployment";
import { Line } from "../people/line";
import type { Person } from "../people/person";
import type { Random } from "../random";
import type { HostileImages } from "./hostile-images";
import { HostileSite } from "./hostile-site";
import { Stall } from "./stall";

const SPEAKS_EVERY_MS = 120;
const ASKS_EVERY_MS = 60;
const PAGE_LOOPS = 8;
const PAUSE_MS = 20;
const ANSWER_MAX_MS = 15_000;

const MARK = "\u0301";

/** As much as a message may have, and far more. */
const TEXTS = [
  `a${MARK.repeat(MESSAGE_MAX_LENGTH - 1)}`,
  `a${MARK.repeat(14_000)}`,
  "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324".repeat(300),
  "[".repeat(MESSAGE_MAX_LENGTH),
  `${">".repeat(2_000)}${"*_".repeat(900)}`,
  "http://".repeat(500),
  "\u202e\u2066\u200d".repeat(1_300),
];
/** What a form or a program may send before anybody knows who it is. */
const LONG = `a${MARK.repeat(30_000)}`;

type Options = {
  person: Person & { email: string; password: string };
  roomId: string;
  door: Door;
  sitePort: number;
  images: HostileImages;
  random: Random;
};

/**
 * Somebody with an account who does what slows others down, all at once and as fast as the server lets them: texts, links,
 * images, uploads, sign-ins, pages. What they are answered is nobody's concern.
 */
export class HostilePerson {
  readonly #options: Options;
  readonly #line: Line;
  #cookie = "";
  #isActing = false;
  #stalls: Stall[] = [];
  #loops: Promise<void>[] = [];
  /** How many of their requests were answered how. */
  readonly answers = new Map<number, number>();

  constructor(options: Options) {
    this.#options = options;
    const { person, door, random, roomId } = options;
    this.#line = new Line({
      token: person.token,
      door: () => door,
      random,
      onOpen: () => this.#line.send({ type: "join", payload: { roomId } }),
      onFrame: () => {},
    });
  }

  async arrive(): Promise<void> {
    this.#cookie = await this.#signIn();
    this.#line.start();
  }

  begin(): void {
    this.#isActing = true;
    const pages = Array.from({ length: PAGE_LOOPS }, () => this.#loop(PAUSE_MS, () => this.#loadPage()));
    this.#loops = [
      this.#loop(SPEAKS_EVERY_MS, async () => this.#speak()),
      this.#loop(ASKS_EVERY_MS, () => this.#askWithLongFields()),
      this.#loop(PAUSE_MS, () => this.#uploadImage()),
      this.#loop(ASKS_EVERY_MS, () => this.#beginUpload()),
      ...pages,
    ];
  }

  /** Resolves when nothing of theirs is under way. */
  async end(): Promise<void> {
    this.#isActing = false;
    for (const stall of this.#stalls.splice(0)) stall.end();
    await Promise.all(this.#loops);
  }

  stop(): void {
    this.#line.stop();
  }

  async #loop(everyMs: number, act: () => Promise<unknown>): Promise<void> {
    while (this.#isActing) {
      await act().catch(() => {});
      await sleep(everyMs);
    }
  }

  #speak(): void {
    const { random, roomId, sitePort } = this.#options;
    const site = `http://site.test:${sitePort}`;
    const link = `${site}${random.pick(HostileSite.paths)}?${random.whole(1, 1e9)}`;
    const storm = Array.from({ length: 80 }, (_, n) => `${link}${n}`)
      .join(" ")
      .slice(0, MESSAGE_MAX_LENGTH);
    const message = random.pick([...TEXTS, link, link, link, storm]);
    this.#line.send({ type: "chat", payload: { clientId: `h-${random.whole(1, 1e9)}`, roomId, message } });
  }

  #askWithLongFields(): Promise<unknown> {
    const { random, roomId, person } = this.#options;
    return random.pick([
      () => this.#ask("POST", "/api/users", { name: LONG, email: `${LONG}@example.org`, password: LONG }),
      () => this.#ask("POST", "/api/tokens", { name: LONG, email: person.email, password: LONG }),
      () => this.#ask("POST", "/api/rooms", { name: LONG, topic: LONG }),
      () => this.#ask("POST", `/api/rooms/${roomId}/files`, { name: LONG, size: 10 }),
      () => this.#ask("POST", `/api/rooms/${roomId}/messages`, { message: LONG }),
      () => this.#ask("GET", `/api/rooms/${encodeURIComponent(LONG.slice(0, 1_500))}`),
    ])();
  }

  async #uploadImage(): Promise<void> {
    const { random, images } = this.#options;
    const { name, bytes } = random.pick(images.all);
    const begun = await this.#beginFile(name, bytes.length);
    if (!begun) return;
    for (const { url, offset, size, headers } of begun.parts) {
      const body = new Uint8Array(bytes.subarray(offset, offset + size));
      await this.#fetch(url, { method: "PUT", headers, body });
    }
    await this.#ask("POST", `/api/files/${begun.id}/complete`, {});
    await this.#ask("DELETE", `/api/files/${begun.id}`);
  }

  /** Begins one, sends half of its first part and then nothing more. */
  async #beginUpload(): Promise<void> {
    const { door } = this.#options;
    const begun = await this.#beginFile("large.bin", 8_000_000);
    const [part] = begun?.parts ?? [];
    if (part) this.#stalls.push(new Stall(new URL(part.url, door.http), part));
    else await this.#discardUploads();
  }

  /** As many as may be begun are begun: room for the next ones. */
  async #discardUploads(): Promise<void> {
    for (const stall of this.#stalls.splice(0, 10)) stall.end();
  }

  async #beginFile(name: string, size: number) {
    const answer = await this.#ask("POST", `/api/rooms/${this.#options.roomId}/files`, { name, size });
    if (!answer?.ok) return null;
    const { id, upload } = (await answer.json()) as { id: string; upload: { parts: Part[] } };
    return { id, parts: upload.parts };
  }

  async #loadPage(): Promise<void> {
    const path = this.#options.random.pick([
      `/rooms/${this.#options.roomId}`,
      "/",
      "/settings",
      "/_next/image?url=%2Ficon.png&w=640&q=75",
    ]);
    const answer = await this.#fetch(path, { headers: { cookie: this.#cookie } });
    await answer?.arrayBuffer();
  }

  async #signIn(): Promise<string> {
    const { email, password } = this.#options.person;
    const first = await this.#fetch("/api/auth/csrf", {});
    if (!first) throw new Error("The hostile person could not sign in.");
    const { csrfToken } = (await first.json()) as { csrfToken: string };
    const cookies = cookiesOf(first);
    const answer = await this.#fetch("/api/auth/callback/credentials", {
      method: "POST",
      redirect: "manual",
      headers: { cookie: cookies, origin: this.#options.door.http },
      body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
    });
    return [cookies, cookiesOf(answer)].join("; ");
  }

  #ask(method: string, path: string, body?: object): Promise<Response | null> {
    const headers = {
      authorization: `Bearer ${this.#options.person.token}`,
      ...(body && { "content-type": "application/json" }),
    };
    return this.#fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }

  async #fetch(path: string, init: RequestInit): Promise<Response | null> {
    try {
      const signal = AbortSignal.timeout(ANSWER_MAX_MS);
      const answer = await fetch(new URL(path, this.#options.door.http), { ...init, signal });
      this.answers.set(answer.status, (this.answers.get(answer.status) ?? 0) + 1);
      return answer;
    } catch {
      return null;
    }
  }
}

type Part = { url: string; offset: number; size: number; headers: Record<string, string> };

function cookiesOf(answer: Response | null): string {
  return (answer?.headers.getSetCookie() ?? []).map((cookie) => cookie.split(";")[0]).join("; ");
}
