import { readFile } from "node:fs/promises";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { PREVIEW_LARGE_PX } from "@/protocol/limits";

const WASM_PAGE_BYTES = 64 * 1024;
const MEMORY_MAX_BYTES = 256 * 1024 * 1024;

// The limits of the heap know nothing of WebAssembly's memory: it may grow to gigabytes, unless it is refused here.
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function growWithin(pages) {
  if (this.buffer.byteLength + pages * WASM_PAGE_BYTES > MEMORY_MAX_BYTES) {
    throw new RangeError("This document needs more memory than a preview is worth.");
  }
  return grow.call(this, pages);
};

/** The first page, four bytes a pixel. */
export type DrawnPage = { width: number; height: number; pixels: Uint8Array };

/**
 * Draws a document's first page, in a child process that is ended when its time is up.
 * @throws Error when there is nothing to show: broken, locked, too much work.
 */
export async function drawFirstPage(path: string): Promise<DrawnPage> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(await readFile(path));
  const page = document.getPage(0);
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const scale = PREVIEW_LARGE_PX / Math.max(originalWidth, originalHeight);
  const width = Math.max(1, Math.round(originalWidth * scale));
  const height = Math.max(1, Math.round(originalHeight * scale));
  const { data } = await page.render({ width, height, render: "bitmap" });
  const pixels = new Uint8Array(data);
  if (pixels.length === 0) throw new Error("The page is empty.");
  document.destroy();
  library.destroy();
  return { width, height, pixels };
}
