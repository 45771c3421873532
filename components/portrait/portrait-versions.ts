/**
 * A portrait's address stays the same when the picture changes, and a browser keeps what it gave for a minute. Whoever
 * changed one here wants to see it at once: the address of that one then gets a number.
 */
const versions = new Map<string, number>();
const listeners = new Set<() => void>();

export const portraitVersions = {
  of: (id: string) => versions.get(id) ?? 0,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

export function renewPortrait(id: string): void {
  versions.set(id, portraitVersions.of(id) + 1);
  for (const listener of listeners) listener();
}
