import { log } from "@/server/log";
import { Queue } from "@/server/queue";
import { type Guard, guardedAgent } from "./guarded-agent";
import type { Links } from "./links";
import { readMetadata } from "./page-metadata";
import { isPublicAddress } from "./public-addresses";
import { type Opened, read } from "./read";

/** Reading waits on others: a few at once, and what a flood of links leaves waiting is not read at all. */
const AT_ONCE = 8;
const WAITING_MAX = 200;

const WEB: Guard = { isAllowed: isPublicAddress, ports: new Set(["80", "443"]) };
const PAGE = { accept: "text/html,application/xhtml+xml", type: /^(text\/html|application\/xhtml\+xml)\s*(;|$)/i };
/** What it is, its bytes say. */
const PICTURE = { accept: "image/webp,image/png,image/jpeg,image/gif", type: /^/ };
const PICTURE_MAX_BYTES = 1024 * 1024;

/** @param guard what may be connected to: the open web, unless a test says otherwise. */
export function openLinks(guard: Guard = WEB): Links {
  const agent = guardedAgent(guard);
  const queue = new Queue(AT_ONCE, WAITING_MAX);
  return {
    readPage: (url) => queue.run(() => read(url, PAGE, agent, readMetadata)).catch(nothing),
    readPicture: (url) => queue.run(() => read(url, PICTURE, agent, readBytes)).catch(nothing),
    close: () => agent.destroy(),
  };
}

/** All of it, or nothing when it is too large. */
async function readBytes({ body }: Opened): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > PICTURE_MAX_BYTES) return null;
  }
  return length > 0 ? Buffer.concat(chunks) : null;
}

/** Not where it led: a log is no place for what people write to each other. */
function nothing(error: Error): null {
  log.debug({ reason: error.name }, "A link could not be read.");
  return null;
}
