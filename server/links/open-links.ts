import { log } from "@/server/log";
import { Queue } from "@/server/queue";
import { type Guard, guardedAgent } from "./guarded-agent";
import type { Links } from "./links";
import { readMetadata } from "./page-metadata";
import { isPublicAddress } from "./public-addresses";
import { type Read, read } from "./read";

/** Reading waits on others: a few at once, and what a flood of links leaves waiting is not read at all. */
const AT_ONCE = 8;
const WAITING_MAX = 200;

const WEB: Guard = { isAllowed: isPublicAddress, ports: new Set(["80", "443"]) };
const PAGE = /^(text\/html|application\/xhtml\+xml)\s*(;|$)/i;

/** @param guard what may be connected to: the open web, unless a test says otherwise. */
export function openLinks(guard: Guard = WEB): Links {
  const agent = guardedAgent(guard);
  const queue = new Queue(AT_ONCE, WAITING_MAX);
  const attempt = (url: string, accept: string) => queue.run(() => read(url, accept, agent)).catch(nothing);
  return {
    async readPage(url) {
      const page = await attempt(url, "text/html,application/xhtml+xml");
      return page && PAGE.test(page.type) ? readMetadata(decode(page), page.url) : null;
    },
    async readPicture(url) {
      const picture = await attempt(url, "image/webp,image/png,image/jpeg,image/gif");
      return picture?.isWhole && picture.bytes.length > 0 ? picture.bytes : null;
    },
    close: () => agent.destroy(),
  };
}

/** Not where it led: a log is no place for what people write to each other. */
function nothing(error: Error): null {
  log.debug({ reason: error.name }, "A link could not be read.");
  return null;
}

/** In the page's own encoding, as its header or its head says; otherwise UTF-8, with what does not fit replaced. */
function decode({ type, bytes }: Read): string {
  const head = bytes.subarray(0, 1_024).toString("latin1");
  const label =
    /charset\s*=\s*["']?([\w-]+)/i.exec(type)?.[1] ?? /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  try {
    return new TextDecoder(label ?? "utf-8").decode(bytes);
  } catch {
    return new TextDecoder("utf-8").decode(bytes);
  }
}
