import { encodeFrame, type Joined } from "@/protocol/frames";
import type { Change } from "@/server/backplane/backplane";

/** Frames made of changes whose JSON is at hand: joined as text instead of being made anew for each reader. */

export function chatFrame(change: Change): string {
  return `{"type":"chat","payload":${change.json}}`;
}

export function joinedFrame(joined: Omit<Joined, "messages">, changes: readonly Change[]): string {
  const empty = encodeFrame({ type: "joined", payload: { ...joined, messages: [] } });
  return empty.replace('"messages":[]', () => `"messages":[${changes.map(({ json }) => json).join(",")}]`);
}
