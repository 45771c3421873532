import { Worker } from "node:worker_threads";
import { PREVIEW_LARGE_PX } from "@/protocol/limits";
import { log } from "@/server/log";

/** A first page that takes longer to draw is not shown. */
const TIMEOUT_MS = 10_000;
const HEAP_MAX_MB = 128;

/** The first page, four bytes a pixel. */
export type DrawnPage = { width: number; height: number; pixels: Uint8Array };

/**
 * Draws a document's first page in a thread that has its own memory, so much of it and no more, and is ended when its
 * time is up.
 * @returns null when there is nothing to show: broken, locked, too much work.
 */
export async function drawFirstPage(path: string): Promise<DrawnPage | null> {
  const worker = new Worker(new URL("./pdf-worker.mjs", import.meta.url), {
    workerData: { path, px: PREVIEW_LARGE_PX },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const page = await new Promise<DrawnPage>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("The thread ended.")));
      timer = setTimeout(() => reject(new Error("Its time was up.")), TIMEOUT_MS);
    });
    return page.pixels.length > 0 ? page : null;
  } catch (error) {
    log.debug({ err: error }, "A document's first page could not be drawn.");
    return null;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
