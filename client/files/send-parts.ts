import type { FileUpload } from "@/protocol/files";
import { type Journey, lost } from "./journey";
import { withoutPlace } from "./without-place";

const PARTS_AT_ONCE = 2;

/**
 * Sends the parts that are listed, a few at once. One that fails stops the others, whose bytes would be for nothing.
 * @returns whether that was all that is missing: if not, the next ones are to be asked for.
 */
export async function sendParts(
  { get, set, api }: Pick<Journey, "get" | "set" | "api">,
  { parts, missingBytes }: Pick<NonNullable<FileUpload["upload"]>, "parts" | "missingBytes">,
  signal: AbortSignal,
): Promise<boolean> {
  const { blob, size } = get();
  if (!blob) throw lost(get());
  const file = await withoutPlace(blob);
  const left = [...parts];
  const moving = new Map<number, number>();
  let arrived = size - missingBytes;
  const tell = () => set({ sentBytes: arrived + sum([...moving.values()]) });
  tell();

  const stop = new AbortController();
  const forward = () => stop.abort(signal.reason);
  signal.addEventListener("abort", forward, { once: true });
  signal.throwIfAborted();

  async function sendOneAfterTheOther(bytes: Blob): Promise<void> {
    for (let part = left.shift(); part; part = left.shift()) {
      const { number, offset, size } = part;
      const onSent = (sent: number) => {
        moving.set(number, Math.min(sent, size));
        tell();
      };
      await api.sendPart(part, bytes.slice(offset, offset + size), onSent, stop.signal);
      moving.delete(number);
      arrived += size;
      tell();
    }
  }

  try {
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, () => sendOneAfterTheOther(file)));
    return arrived >= size || parts.length === 0;
  } catch (error) {
    stop.abort(error);
    set({ sentBytes: arrived });
    throw error;
  } finally {
    signal.removeEventListener("abort", forward);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
