import { Parser } from "htmlparser2";
import type { PageFound } from "./links";

const TITLE_MAX = 200;
const DESCRIPTION_MAX = 400;
const SITE_MAX = 100;
/** Longest address of a picture that anybody means. */
const URL_MAX = 2_000;

/** What a page says of itself in its head: by Open Graph, or as pages have always done. */
export function readMetadata(html: string, pageUrl: string): PageFound | null {
  const said = new Map<string, string>();
  let titleText: string | null = null;
  let isOver = false;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === "body") isOver = true;
      if (isOver) return;
      if (name === "title") titleText ??= "";
      const key = (attributes.property ?? attributes.name)?.toLowerCase();
      if (name === "meta" && key && attributes.content && !said.has(key)) said.set(key, attributes.content);
    },
    ontext(text) {
      if (titleText !== null && !said.has("title")) titleText += text;
    },
    onclosetag(name) {
      if (name === "title" && titleText !== null && !said.has("title")) said.set("title", titleText);
      if (name === "head") isOver = true;
    },
  });
  parser.end(html);

  const first = (max: number, ...keys: string[]) =>
    clean(keys.map((key) => said.get(key)).find((text) => text !== undefined && clean(text, max) !== "") ?? "", max);
  const title = first(TITLE_MAX, "og:title", "twitter:title", "title");
  const description = first(DESCRIPTION_MAX, "og:description", "twitter:description", "description");
  if (title === "" && description === "") return null;
  const site = first(SITE_MAX, "og:site_name") || new URL(pageUrl).hostname.replace(/^www\./, "");
  const picture = said.get("og:image:secure_url") ?? said.get("og:image") ?? said.get("twitter:image");
  return { url: pageUrl, title: title || site, description, site, pictureUrl: absolute(picture, pageUrl) };
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
