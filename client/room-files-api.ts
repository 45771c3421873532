import type { RoomFile } from "@/protocol/files";
import type { RoomLink } from "@/protocol/links";

/** What a page of a room's files or links is asked for: `before` is the id of the last one seen. */
export type PageAsked = { q: string; before?: string };

export type Page<Item> = { items: Item[]; more: boolean };

/** @throws Error when the server cannot be reached or refuses. */
export async function listRoomFiles(
  roomId: string,
  show: "pictures" | "files",
  asked: PageAsked,
): Promise<Page<RoomFile>> {
  const { files, more } = await ask<{ files: RoomFile[]; more: boolean }>(`${roomId}/files`, { show, ...asked });
  return { items: files, more };
}

/** @throws Error when the server cannot be reached or refuses. */
export async function listRoomLinks(roomId: string, asked: PageAsked): Promise<Page<RoomLink>> {
  const { links, more } = await ask<{ links: RoomLink[]; more: boolean }>(`${roomId}/links`, asked);
  return { items: links, more };
}

async function ask<Answer>(path: string, asked: PageAsked & { show?: string }): Promise<Answer> {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && value !== "");
  const response = await fetch(`/api/rooms/${path}?${new URLSearchParams(given)}`);
  if (!response.ok) throw new Error(`The room's files answered ${response.status}.`);
  return (await response.json()) as Answer;
}
