import { log } from "@/server/log";
import { SharedQueue } from "@/server/queue";
import { type Guard, guardedAgent } from "./guarded-agent";
import type { Links } from "./links";
import { readMetadata } from "./page-metadata";
import { isPublicAddress } from "./public-addresses";
import { type Opened, read } from "./read";

/** Reading waits on others: a few at once, and what a flood of links leaves waiting is not read at all. */
const ALL = { atOnce: 8, waitingMax: 200 };
const EACH = { atOnce: 2, waitingMax: 20 };

const WEB: Guard = { isAllowed: isPublicAddress, ports: new Set(["80", "443"]) };
const PAGE = { accept: "text/html,application/xhtml+xml", type: /^(text\/html|application\/xhtml\+xml)\s*(;|$)/i };
/** What it is, its bytes say. */
const PICTURE = { accept: "image/webp,image/png,image/jpeg,image/gif", type: /^/ };
const PICTURE_MAX_BYTES = 1024 * 1024;

/** @param guard what may be connected to: the open web, unless a test says otherwise. */
export function openLinks(guard: Guard = WEB): Links {
  const agent = guardedAgent(guard);
  const queue = new SharedQueue(ALL, EACH);
  return {
    readPage: (url, sender) => queue.run(sender, () => read(url, PAGE, agent, readMetadata)).catch(nothing),
    readPicture: (url, sender) => queue.run(sender, () => read(url, PICTURE, agent, readBytes)).catch(nothing),
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
