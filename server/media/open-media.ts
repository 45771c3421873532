import { availableParallelism, totalmem } from "node:os";
import { ParserDied } from "@/server/parsing/parser";
import type { Parsers } from "@/server/parsing/parsers";
import { Queue } from "@/server/queue";
import { firstLines } from "./first-lines";
import { type Media, UnfitFile } from "./media";
import { MemoryBudget } from "./memory-budget";
import type { Stripped } from "./metadata/strip-metadata";

const MEBIBYTE = 1024 * 1024;
/** How many are decoded at once. Of the parsers one is left for what is quick. */
export const PICTURES_AT_ONCE = Math.min(2, availableParallelism());
/** What waits beyond this is told to come back. */
const PICTURES_WAITING_MAX = 100;
/** An estimate is no promise. */
const SLACK = 1.25;
const SLACK_BYTES = 64 * MEBIBYTE;

type Options = {
  /** Of a still, and of each frame of a picture that moves. */
  picturePixelsMax: number;
  /** The memory that one picture may take; several at once may take half of it together. */
  decodingBytesMax?: number;
};

/** Every look at what somebody sent is taken in a child process. */
export function openMedia(
  { picturePixelsMax, decodingBytesMax = shareOfMemory() }: Options,
  parsers: Pick<Parsers, "run">,
): Media {
  const pictures = new Queue(PICTURES_AT_ONCE, PICTURES_WAITING_MAX);
  // Small ones beside each other, and one large one alone.
  const budget = new MemoryBudget(decodingBytesMax / 2);
  return {
    firstLines,
    sniff: (head, name) => parsers.run("sniff", { head, name }).catch(refuse("file")),
    picture: (lend, type, dir) =>
      pictures.run(() =>
        lend(async (path) => {
          const given = { path, type, pixelsMax: picturePixelsMax };
          const bytes = await parsers.run("measurePicture", given).catch(refuse("file"));
          if (bytes > decodingBytesMax) throw tooCostly(bytes, decodingBytesMax);
          const memoryBytes = bytes * SLACK + SLACK_BYTES;
          return budget.run(bytes, () => parsers.run("picture", { ...given, dir }, memoryBytes).catch(refuse("file")));
        }),
      ),
    pdf: (lend, dir) => pictures.run(() => lend((path) => parsers.run("firstPage", { path, dir }).catch(orNothing))),
    stripMetadata: (rewrite) =>
      pictures.run(() => rewrite((path) => parsers.run("stripMetadata", { path }).catch(orKept))),
    poster: (bytes, dir) => pictures.run(() => parsers.run("poster", { bytes, dir }).catch(refuse("poster"))),
  };
}

/** A quarter of what there is, of a container's limit too; enough for a phone's pictures on the smallest machine. */
function shareOfMemory(): number {
  const share = Math.min(totalmem(), process.constrainedMemory() || totalmem()) / 4;
  return Math.max(256 * MEBIBYTE, Math.min(share, 1024 * MEBIBYTE));
}

function tooCostly(bytes: number, max: number): UnfitFile {
  const [needed, given] = [bytes, max].map((size) => `${Math.ceil(size / MEBIBYTE)} MB`);
  return new UnfitFile(
    "file",
    `This picture takes ${needed} of memory to decode, and the limit is ${given}. Make it smaller, or save it without "progressive" or "interlaced", and try again.`,
  );
}

/** What ends a child process is no file that anybody is given. */
function refuse(field: "file" | "poster"): (error: Error) => never {
  return (error) => {
    if (!(error instanceof ParserDied)) throw error;
    const refusal = new UnfitFile(field, "This file cannot be read: looking at it took too much time or memory.");
    refusal.cause = error;
    throw refusal;
  };
}

/** A file that takes too long to be parsed is kept as it is, and says so. */
function orKept(error: Error): Stripped {
  if (!(error instanceof ParserDied)) throw error;
  return { isChanged: false, keepsMetadata: true };
}

/** A document without a preview is a document all the same, whatever kept its page from being drawn. */
function orNothing(error: Error): null {
  if (error.name === "QueueFull") throw error;
  return null;
}
