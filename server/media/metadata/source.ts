import { readSync } from "node:fs";

/** Random access to the bytes of a file. */
export interface Source {
  readonly size: number;
  /** @returns fewer than `length` bytes where the file ends. They are good until the next read. */
  read(start: number, length: number): Buffer;
}

const BLOCK_BYTES = 64 * 1024;

/** A file by its descriptor. Small reads beside each other are one read of the disk. */
export function fileSource(fd: number, size: number): Source {
  const block = Buffer.alloc(BLOCK_BYTES);
  let blockStart = 0;
  let blockLength = 0;
  return {
    size,
    read(start, length) {
      const wanted = Math.max(0, Math.min(length, size - start));
      if (wanted > BLOCK_BYTES) return readFully(fd, Buffer.alloc(wanted), start);
      if (start < blockStart || start + wanted > blockStart + blockLength) {
        blockStart = start;
        blockLength = readFully(fd, block, start).length;
      }
      return block.subarray(start - blockStart, Math.min(start - blockStart + wanted, blockLength));
    },
  };
}

export function memorySource(bytes: Buffer): Source {
  return { size: bytes.length, read: (start, length) => bytes.subarray(start, Math.max(start, start + length)) };
}

export function readFully(fd: number, into: Buffer, start: number): Buffer {
  let filled = 0;
  while (filled < into.length) {
    const count = readSync(fd, into, filled, into.length - filled, start + filled);
    if (count === 0) break;
    filled += count;
  }
  return into.subarray(0, filled);
}
