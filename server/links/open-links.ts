import { log } from "@/server/log";
import type { Parsers } from "@/server/parsing/parsers";
import { SharedQueue } from "@/server/queue";
import type { Guard } from "./guarded-request";
import type { Links } from "./links";
import { isPublicAddress } from "./public-addresses";
import { read } from "./read";

/** Reading waits on others: a few at once, and what a flood of links leaves waiting is not read at all. */
const ALL = { atOnce: 8, waitingMax: 200 };
const EACH = { atOnce: 2, waitingMax: 20 };

const WEB: Guard = { isAllowed: isPublicAddress, ports: new Set(["80", "443"]) };
const PAGE = {
  accept: "text/html,application/xhtml+xml",
  type: /^(text\/html|application\/xhtml\+xml)\s*(;|$)/i,
  // Heads are shorter.
  bytesMax: 256 * 1024,
  isPage: true,
};
/** What it is, its bytes say. */
const PICTURE = {
  accept: "image/webp,image/png,image/jpeg,image/gif",
  type: /^/,
  bytesMax: 1024 * 1024,
  isPage: false,
};

/**
 * A page is read here and parsed in a child process.
 * @param guard what may be connected to: the open web, unless a test says otherwise.
 */
export function openLinks(parsers: Pick<Parsers, "run">, guard: Guard = WEB): Links {
  const queue = new SharedQueue(ALL, EACH);
  return {
    readPage: (url, sender) =>
      queue.run(sender, async () => parsers.run("metadata", await read(url, PAGE, guard))).catch(nothing),
    readPicture: (url, sender) =>
      queue
        .run(sender, async () => {
          const { bytes } = await read(url, PICTURE, guard);
          return bytes.length > 0 ? bytes : null;
        })
        .catch(nothing),
  };
}

/** Not where it led: a log is no place for what people write to each other. */
function nothing(error: Error): null {
  log.debug({ reason: error.name }, "A link could not be read.");
  return null;
}
