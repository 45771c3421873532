/** Links of one message that are kept for who looks for them. */
const LINKS_MAX = 10;
/** Longest link that anybody means. */
const URL_MAX = 2_000;

const LINK = /https?:\/\/[^\s<>"'`{}|\\^]+/gi;

/** The links in a text, each once, without the sentence's own punctuation at their end. */
export function findLinks(text: string): string[] {
  const found = (text.match(LINK) ?? []).map(trimSentence).filter((url) => url.length <= URL_MAX && URL.canParse(url));
  return [...new Set(found)].slice(0, LINKS_MAX);
}

/** "(see https://example.org/a_(b))." ends with the sentence's bracket and stop, not with the link's bracket. */
function trimSentence(link: string): string {
  const open = { ")": count(link, "("), "]": count(link, "[") };
  const closed = { ")": count(link, ")"), "]": count(link, "]") };
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1] ?? "";
    if (last !== ")" && last !== "]") {
      if (/[.,;:!?*_~]/.test(last)) continue;
      break;
    }
    if (closed[last] <= open[last]) break;
    closed[last]--;
  }
  return link.slice(0, end);
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}
