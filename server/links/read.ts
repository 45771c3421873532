import type { Guard } from "./guarded-request";
import { guardedRequest } from "./guarded-request";

const REDIRECTS_MAX = 3;
const TOTAL_MS = 5_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const HEAD_END = Buffer.from("</head>");

/** What a page or a picture answered, read as far as was wanted. */
export type Read = { url: string; type: string; bytes: Buffer };

/** What cannot be read is no error of ours: it is nothing to show. */
export class Unreadable extends Error {
  override name = "Unreadable";
}

type Wanted = {
  accept: string;
  /** Of what type it must be. */
  type: RegExp;
  bytesMax: number;
  /** Whether the start is worth having when there is more, and a page may end with its head. */
  isPage: boolean;
};

/**
 * Gets a URL: at most three redirects, each judged like the first; five seconds over all. No cookie, no referrer and
 * nothing of the reader's goes along, nothing is unpacked, and nothing is looked at before all of it is there.
 * @throws Unreadable, RefusedAddress, or what the network throws.
 */
export async function read(start: string, wanted: Wanted, guard: Guard): Promise<Read> {
  const signal = AbortSignal.timeout(TOTAL_MS);
  let url = requireWebUrl(start);
  for (let redirects = 0; ; redirects++) {
    const headers = { accept: wanted.accept, "accept-encoding": "identity", "user-agent": "Adda (link preview)" };
    const response = await guardedRequest(url, { headers, signal }, guard);
    try {
      const { location, "content-type": type = "", "content-encoding": encoding = "identity" } = response.headers;
      if (REDIRECTS.has(response.statusCode ?? 0) && location) {
        if (redirects === REDIRECTS_MAX) throw new Unreadable("Too many redirects.");
        url = requireWebUrl(location, url);
        continue;
      }
      if (response.statusCode !== 200 || encoding !== "identity" || !wanted.type.test(type)) {
        throw new Unreadable(`It answered with ${response.statusCode}, and nothing that was asked for.`);
      }
      return { url: url.href, type, bytes: await readBody(response, wanted) };
    } finally {
      response.destroy();
    }
  }
}

async function readBody(body: AsyncIterable<Buffer>, { bytesMax, isPage }: Wanted): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > bytesMax) {
      if (!isPage) throw new Unreadable("It is too large.");
      break;
    }
    // What follows the head is not looked at, and a server may hold it back.
    const seen = Buffer.concat([tail, chunk]);
    if (isPage && seen.includes(HEAD_END)) break;
    tail = seen.subarray(-HEAD_END.length);
  }
  return Buffer.concat(chunks).subarray(0, bytesMax);
}

/** @throws Unreadable for what is no address of the web, or carries a password. */
export function requireWebUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base?.href) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new Unreadable("This is no address of a page.");
  }
  url.hash = "";
  return url;
}
