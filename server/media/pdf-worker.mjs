import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { PDFiumLibrary } from "@hyzyla/pdfium";

// A worker of its own, in plain JavaScript: it is ended in the middle of whatever it does when it takes too long.

const WASM_PAGE_BYTES = 64 * 1024;
const MEMORY_MAX_BYTES = 256 * 1024 * 1024;

// A worker's limits know nothing of WebAssembly's memory: it may grow to gigabytes, unless it is refused here.
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function growWithin(pages) {
  if (this.buffer.byteLength + pages * WASM_PAGE_BYTES > MEMORY_MAX_BYTES) {
    throw new RangeError("This document needs more memory than a preview is worth.");
  }
  return grow.call(this, pages);
};

const { path, px } = workerData;
const library = await PDFiumLibrary.init();
const document = await library.loadDocument(await readFile(path));
const page = document.getPage(0);
const { originalWidth, originalHeight } = page.getOriginalSize();
const scale = px / Math.max(originalWidth, originalHeight);
const width = Math.max(1, Math.round(originalWidth * scale));
const height = Math.max(1, Math.round(originalHeight * scale));
const { data } = await page.render({ width, height, render: "bitmap" });
const pixels = new Uint8Array(data);
parentPort?.postMessage({ width, height, pixels }, [pixels.buffer]);
