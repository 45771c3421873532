/** What was begun and not sent, by room, in this browser. A device that cannot keep it goes without. */
export type DraftStore = { load(): string; save(text: string): void };

export function draftStore(userId: string, roomId: string): DraftStore {
  const key = keyOf(userId, roomId);
  return {
    load() {
      try {
        return localStorage.getItem(key) ?? "";
      } catch {
        return "";
      }
    },
    save(text) {
      try {
        if (text === "") localStorage.removeItem(key);
        else localStorage.setItem(key, text);
      } catch {
        // A full or forbidden storage: the text is still in the composer.
      }
    },
  };
}

/** Forgets all that a user had begun to write: for signing out on a shared device. */
export function clearDrafts(userId: string): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(keyOf(userId, ""))) localStorage.removeItem(key);
    }
  } catch {
    // A browser that keeps its storage from us has kept nothing there either.
  }
}

function keyOf(userId: string, roomId: string): string {
  return `adda.draft:${userId}:${roomId}`;
}
