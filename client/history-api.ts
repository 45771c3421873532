import type { Message } from "@/protocol/frames";

export type HistoryPage = { messages: Message[]; more: boolean };

/**
 * Loads a page of messages over REST: what comes before `seq`, or with "newer" after it.
 * @param baseUrl where the server is, without a trailing slash; empty for the page's own.
 * @throws Error when the server cannot be reached or refuses.
 */
export function restHistory(baseUrl = "", headers: Record<string, string> = {}) {
  return async (roomId: string, seq: number, towards?: "newer"): Promise<HistoryPage> => {
    const asked = `${towards === "newer" ? "after" : "before"}=${seq}`;
    const response = await fetch(`${baseUrl}/api/rooms/${roomId}/messages?${asked}`, { headers });
    if (!response.ok) throw new Error(`The history answered ${response.status}.`);
    return (await response.json()) as HistoryPage;
  };
}
