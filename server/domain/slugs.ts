import { normalizeBounded } from "@/protocol/bounded-text";
import { ROOM_NAME_MAX_LENGTH, SLUG_MAX_LENGTH } from "@/protocol/limits";

/** Words that an address below /rooms means something else by, now or one day. */
const RESERVED = new Set(["new", "browse", "all", "me", "search", "settings", "api", "archive", "archived"]);
const FALLBACK = "room";
/** Room for "-" and a number that tells two rooms of one name apart. */
const SUFFIX_LENGTH = 8;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A readable address from a room's name: letters of any script and digits, lower-case, joined by "-". */
export function slugOf(name: string): string {
  const words = canonical(name, ROOM_NAME_MAX_LENGTH)?.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  const slug = shorten(words.join("-")) || FALLBACK;
  return isUuid(slug) || RESERVED.has(slug) ? shorten(`${slug}-${FALLBACK}`) : slug;
}

/** The slug itself, then "slug-2", "slug-3" and so on without end. */
export function* slugCandidates(slug: string): Generator<string> {
  yield slug;
  for (let number = 2; ; number++) yield `${slug}-${number}`;
}

/** What a reference to a room may be looked up as; null when no room can have it. */
export function readRoomRef(ref: string): { id: string } | { slug: string } | null {
  if (isUuid(ref)) return { id: ref.toLowerCase() };
  const slug = canonical(ref, SLUG_MAX_LENGTH);
  return slug !== null && slug.length <= SLUG_MAX_LENGTH && /^[\p{L}\p{N}\p{M}-]+$/u.test(slug) ? { slug } : null;
}

/** Null for a text that is too long to be one. Lower case of a normalized text may need to be normalized again. */
function canonical(text: string, max: number): string | null {
  const lower = normalizeBounded(text, max, "NFKC")?.toLowerCase();
  return lower === undefined ? null : normalizeBounded(lower, lower.length, "NFKC");
}

function shorten(slug: string): string {
  let short = "";
  for (const char of slug) {
    if (short.length + char.length > SLUG_MAX_LENGTH - SUFFIX_LENGTH) break;
    short += char;
  }
  return short.replace(/^-+|-+$/g, "");
}
