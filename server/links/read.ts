import { type Agent, request } from "undici";

const REDIRECTS_MAX = 3;
const TOTAL_MS = 5_000;
const BYTES_MAX = 1024 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A page or a picture, as far as it was read. */
export type Read = { url: string; type: string; bytes: Buffer; isWhole: boolean };

/** What cannot be read is no error of ours: it is nothing to show. */
export class Unreadable extends Error {
  override name = "Unreadable";
}

/**
 * Gets a URL: at most three redirects, each judged like the first; five seconds over all; a megabyte. No cookie, no
 * referrer and nothing of the reader's goes along, and nothing is unpacked.
 * @throws Unreadable, RefusedAddress, or what the network throws.
 */
export async function read(start: string, accept: string, dispatcher: Agent): Promise<Read> {
  const signal = AbortSignal.timeout(TOTAL_MS);
  let url = requireWebUrl(start);
  for (let redirects = 0; ; redirects++) {
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      signal,
      method: "GET",
      headers: { accept, "accept-encoding": "identity", "user-agent": "Adda (link preview)" },
    });
    // Who stops reading is told so, and has nothing to do about it.
    body.on("error", () => {});
    const location = one(headers.location);
    if (REDIRECTS.has(statusCode) && location) {
      body.destroy();
      if (redirects === REDIRECTS_MAX) throw new Unreadable("Too many redirects.");
      url = requireWebUrl(location, url);
      continue;
    }
    if (statusCode !== 200 || (one(headers["content-encoding"]) ?? "identity") !== "identity") {
      body.destroy();
      throw new Unreadable(`It answered with ${statusCode}.`);
    }
    return { url: url.href, type: one(headers["content-type"]) ?? "", ...(await take(body)) };
  }
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

async function take(body: AsyncIterable<Buffer> & { destroy(): void }): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  let isWhole = true;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, BYTES_MAX - length));
    length += chunk.length;
    if (length <= BYTES_MAX) continue;
    isWhole = false;
    break;
  }
  body.destroy();
  return { bytes: Buffer.concat(chunks), isWhole };
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
