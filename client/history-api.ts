import type { Message } from "@/protocol/frames";

export type HistoryPage = { messages: Message[]; more: boolean };

/**
 * Loads older messages over REST.
 * @param baseUrl where the server is, without a trailing slash; empty for the page's own.
 * @throws Error when the server cannot be reached or refuses.
 */
export function restHistory(baseUrl = "", headers: Record<string, string> = {}) {
  return async (roomId: string, before: number): Promise<HistoryPage> => {
    const response = await fetch(`${baseUrl}/api/rooms/${roomId}/messages?before=${before}`, { headers });
    if (!response.ok) throw new Error(`The history answered ${response.status}.`);
    return (await response.json()) as HistoryPage;
  };
}
