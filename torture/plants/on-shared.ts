import type { shared } from "@/server/shared";

type Shared = ReturnType<typeof shared>;

const KEY = Symbol.for("adda.shared");
const changes: ((shared: Shared) => void)[] = [];
let current: Shared | undefined;

/** Changes what the process's parts share, as soon as the server has put it together. */
export function onShared(change: (shared: Shared) => void): void {
  changes.push(change);
  if (changes.length > 1) return;
  Object.defineProperty(globalThis, KEY, {
    configurable: true,
    get: () => current,
    set(value: Shared) {
      current = value;
      for (const each of changes) each(value);
    },
  });
}
