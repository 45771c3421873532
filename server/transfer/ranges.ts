import type { IncomingHttpHeaders } from "node:http";
import type { ByteRange } from "@/server/storage/storage";

/** One range, as players ask for it. Several at once are answered with the whole, which is always allowed. */
const SINGLE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/** @returns null for the whole file. */
export function readRange(
  { range, "if-range": ifRange }: IncomingHttpHeaders,
  { size, etag }: { size: number; etag: string },
): ByteRange | "unsatisfiable" | null {
  const [, first, last] = SINGLE.exec(range ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return null;
  // The bytes that the reader has are of something else.
  if (ifRange !== undefined && ifRange !== etag) return null;

  if (first === "")
    return Number(last) === 0 ? "unsatisfiable" : { start: Math.max(0, size - Number(last)), end: size - 1 };
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return null;
  return start >= size ? "unsatisfiable" : { start, end };
}
