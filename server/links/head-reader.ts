import { Parser } from "htmlparser2";

/** What is kept of one value: more than anybody is shown. */
const VALUE_MAX_LENGTH = 4_000;
/** Tags that are open at once. A head has a few; for the parser each more makes the next one dearer. */
const DEPTH_MAX = 50;

const KEYS = new Set([
  ...["og:title", "og:description", "og:site_name", "og:image", "og:image:secure_url"],
  ...["twitter:title", "twitter:description", "twitter:image", "description"],
]);

/** Takes a page piece by piece, and keeps what its head says of itself: the first of each. */
export class HeadReader {
  readonly said = new Map<string, string>();
  readonly #parser = new Parser({
    onopentag: (name, attributes) => this.#open(name, attributes),
    ontext: (text) => this.#text(text),
    onclosetag: (name) => this.#close(name),
  });
  #title: string | null = null;
  #depth = 0;
  #isOver = false;

  /** True when nothing that follows is looked at: the head has ended, or this is none. */
  get isOver(): boolean {
    return this.#isOver;
  }

  write(html: string): void {
    this.#parser.write(html);
  }

  end(): void {
    this.#parser.end();
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (name === "body" || ++this.#depth > DEPTH_MAX) this.#isOver = true;
    if (this.#isOver) return;
    if (name === "title") this.#title ??= "";
    const key = (attributes.property ?? attributes.name)?.toLowerCase() ?? "";
    if (name === "meta" && KEYS.has(key) && attributes.content) this.#keep(key, attributes.content);
  }

  #text(text: string): void {
    if (this.#isOver || this.#title === null || this.#title.length >= VALUE_MAX_LENGTH) return;
    if (!this.said.has("title")) this.#title += text;
  }

  #close(name: string): void {
    this.#depth--;
    if (this.#isOver) return;
    if (name === "title" && this.#title !== null) this.#keep("title", this.#title);
    if (name === "head") this.#isOver = true;
  }

  #keep(key: string, value: string): void {
    if (!this.said.has(key)) this.said.set(key, value.slice(0, VALUE_MAX_LENGTH));
  }
}
