/** A stretch of a message's text; with `href` where it is a link. */
export type TextPart = { text: string; href?: string };

/** Up to a space, a quote, an angle bracket, or a sign that turns the reading direction and could disguise an address. */
const ADDRESS = /https?:\/\/[^\s<>"`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const TRAILING = new Set(".,;:!?'*_~…。、！？’”»");
const CLOSING = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);

/**
 * Splits a message into plain text and http(s) links, in time linear in its length. Joined, the parts are
 * the text again.
 */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimSentence(match[0]);
    const href = toHref(address);
    if (!href) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Leaves out the signs that end the sentence around an address, and a bracket that was opened before it. */
function trimSentence(address: string): string {
  const open = countBrackets(address);
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] as string;
    const opening = CLOSING.get(last);
    if (opening !== undefined && (open.get(last) ?? 0) > (open.get(opening) ?? 0))
      open.set(last, (open.get(last) ?? 0) - 1);
    else if (!TRAILING.has(last)) break;
  }
  return address.slice(0, end);
}

function countBrackets(address: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const char of address) if ("()[]{}".includes(char)) counts.set(char, (counts.get(char) ?? 0) + 1);
  return counts;
}

function toHref(address: string): string | null {
  const url = URL.parse?.(address) ?? parse(address);
  return url && (url.protocol === "https:" || url.protocol === "http:") && url.hostname !== "" ? url.href : null;
}

function parse(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
