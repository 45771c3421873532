import { HeadReader } from "./head-reader";
import type { PageFound } from "./links";

/** Given to the parser at once: it stops in between when the head is over. */
const SLICE_BYTES = 8 * 1024;
/** A page that names its encoding does so early. */
const ENCODING_WITHIN_BYTES = 1_024;

const TITLE_MAX = 200;
const DESCRIPTION_MAX = 400;
const SITE_MAX = 100;
/** Longest address of a picture that anybody means. */
const URL_MAX = 2_000;

/** A page's bytes, as far as they were read, and where they came from in the end. */
export type ReadPage = { url: string; type: string; bytes: Uint8Array };

/** What a page says of itself in its head: by Open Graph, or as pages have always done. What follows is not looked at. */
export function readMetadata({ url, type, bytes }: ReadPage): PageFound | null {
  const reader = new HeadReader();
  const decoder = decoderOf(type, bytes);
  for (let start = 0; start < bytes.length && !reader.isOver; start += SLICE_BYTES) {
    reader.write(decoder.decode(bytes.subarray(start, start + SLICE_BYTES), { stream: true }));
  }
  reader.end();
  return toPage(reader.said, url);
}

function toPage(said: ReadonlyMap<string, string>, pageUrl: string): PageFound | null {
  const first = (max: number, ...keys: string[]) =>
    keys.map((key) => clean(said.get(key) ?? "", max)).find((text) => text !== "") ?? "";
  const title = first(TITLE_MAX, "og:title", "twitter:title", "title");
  const description = first(DESCRIPTION_MAX, "og:description", "twitter:description", "description");
  if (title === "" && description === "") return null;
  const site = first(SITE_MAX, "og:site_name") || new URL(pageUrl).hostname.replace(/^www\./, "");
  const picture = said.get("og:image:secure_url") ?? said.get("og:image") ?? said.get("twitter:image");
  return { url: pageUrl, title: title || site, description, site, pictureUrl: absolute(picture, pageUrl) };
}

/** The page's own encoding, as its header or its head says; otherwise UTF-8, with what does not fit replaced. */
function decoderOf(type: string, bytes: Uint8Array): TextDecoder {
  const head = Buffer.from(bytes.subarray(0, ENCODING_WITHIN_BYTES)).toString("latin1");
  const label =
    /charset\s*=\s*["']?([\w-]+)/i.exec(type)?.[1] ?? /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  try {
    return new TextDecoder(label ?? "utf-8");
  } catch {
    return new TextDecoder("utf-8");
  }
}

/** One line of what can be seen. */
function clean(text: string, max: number): string {
  const line = text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, "")
    .toWellFormed()
    .trim();
  const characters = [...line];
  return characters.length <= max ? line : `${characters.slice(0, max - 1).join("")}…`;
}

function absolute(url: string | undefined, base: string): string | null {
  if (!url || url.length > URL_MAX || !URL.canParse(url, base)) return null;
  return new URL(url, base).href;
}
