import { type Agent, request } from "undici";

const REDIRECTS_MAX = 3;
const TOTAL_MS = 5_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A page or a picture that answers; nothing of it was read yet. Whoever stops reading `body` ends the connection. */
export type Opened = { url: string; type: string; body: AsyncIterable<Buffer> };

/** What cannot be read is no error of ours: it is nothing to show. */
export class Unreadable extends Error {
  override name = "Unreadable";
}

type Wanted = {
  accept: string;
  /** Of what type it must be. */
  type: RegExp;
};

/**
 * Gets a URL: at most three redirects, each judged like the first; five seconds over all, `work` included. No cookie, no
 * referrer and nothing of the reader's goes along, and nothing is unpacked.
 * @param work reads the body, as far as it likes.
 * @throws Unreadable, RefusedAddress, or what the network throws.
 */
export async function read<Result>(
  start: string,
  wanted: Wanted,
  dispatcher: Agent,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const signal = AbortSignal.timeout(TOTAL_MS);
  let url = requireWebUrl(start);
  for (let redirects = 0; ; redirects++) {
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      signal,
      method: "GET",
      headers: { accept: wanted.accept, "accept-encoding": "identity", "user-agent": "Adda (link preview)" },
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
    const type = one(headers["content-type"]) ?? "";
    const isPlain = (one(headers["content-encoding"]) ?? "identity") === "identity";
    try {
      if (statusCode !== 200 || !isPlain || !wanted.type.test(type)) {
        throw new Unreadable(`It answered with ${statusCode}, and nothing that was asked for.`);
      }
      return await work({ url: url.href, type, body });
    } finally {
      body.destroy();
    }
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

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
