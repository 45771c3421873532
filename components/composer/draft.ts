/** What was begun and not sent, by room, in this browser. A device that cannot keep it goes without. */
export type DraftStore = { load(): string; save(text: string): void };

export function draftStore(userId: string, roomId: string): DraftStore {
  const key = `adda.draft:${userId}:${roomId}`;
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
