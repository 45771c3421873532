import { totalmem } from "node:os";

const MEBIBYTE = 1024 * 1024;
const SHARE_OF_MEMORY = 1 / 4;
const MIN_MB = 32;
/** Beyond it each connection's page tables and each checkpoint cost more than the hits bring. */
const MAX_MB = 8 * 1024;
/** What fits in one piece into an address space of 32 bits. */
const MAX_MB_32_BIT = 512;

type Machine = {
  memoryBytes: number;
  /** What a container or a service may have of it; 0 or more than there is when nothing limits it. */
  limitBytes: number | undefined;
  is32Bit: boolean;
};

const THIS_MACHINE: Machine = {
  memoryBytes: totalmem(),
  limitBytes: process.constrainedMemory(),
  is32Bit: process.arch === "arm" || process.arch === "ia32",
};

/**
 * The share of memory in which PostgreSQL keeps what was read and written last. It takes it as it fills;
 * the rest is for Node, the connections and the system's own cache.
 */
export function sharedBuffersMb({ memoryBytes, limitBytes, is32Bit } = THIS_MACHINE): number {
  const bytes = Math.min(memoryBytes, limitBytes || memoryBytes);
  const share = Math.floor((bytes * SHARE_OF_MEMORY) / MEBIBYTE);
  return Math.max(MIN_MB, Math.min(share, is32Bit ? MAX_MB_32_BIT : MAX_MB));
}
