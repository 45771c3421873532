import type { RoomFile } from "@/protocol/files";
import { PAGE_SIZE } from "@/protocol/limits";
import { shared } from "@/server/shared";
import { containing } from "../like";
import { requireRoom } from "../rooms";
import type { Viewer } from "../viewer";
import { FILE_COLUMNS, type FileRow, toMessageFile } from "./file-row";

/** What moves or stands to be looked at, and all else. */
const SHOWN = { pictures: ["image", "video"], files: ["audio", "voice", "pdf", "text", "other"] } as const;

export type FilesAsked = { show?: keyof typeof SHOWN; q?: string; before?: string; limit?: number };

type Row = FileRow & { seq: number; sender: string; sentAt: Date };

/**
 * A page of a room's files, the newest first; `before` is the id of the last one seen. `q` is looked for in names,
 * descriptions and who sent them.
 * @throws Refused not_found.
 */
export async function listFiles(
  viewer: Viewer,
  roomRef: string,
  { show, q, before, limit = PAGE_SIZE }: FilesAsked,
): Promise<{ files: RoomFile[]; more: boolean }> {
  const room = await requireRoom(viewer, roomRef);
  const { rows } = await shared().pool.query<Row>({
    name: "list-files",
    text: `
      SELECT ${FILE_COLUMNS}, m.seq, u.name AS sender, m."sentAt"
      FROM "File" f
      JOIN "Message" m ON m."authorId" = f."uploaderId" AND m."clientId" = f."clientId" AND m."roomId" = f."roomId"
      JOIN "User" u ON u.id = f."uploaderId"
      WHERE f."roomId" = $1 AND f.purpose = 'message' AND f.state = 'ready' AND f."deletedAt" IS NULL
        AND m."deletedAt" IS NULL AND ($2::uuid IS NULL OR f.id < $2)
        AND ($3::text[] IS NULL OR f.kind::text = ANY($3))
        AND ($4::text IS NULL OR f.name ILIKE $4 OR f.alt ILIKE $4 OR u.name ILIKE $4)
      ORDER BY f.id DESC LIMIT $5`,
    values: [room.id, before ?? null, show ? [...SHOWN[show]] : null, q ? containing(q) : null, limit + 1],
  });
  return { files: rows.slice(0, limit).map(toRoomFile), more: rows.length > limit };
}

function toRoomFile(row: Row): RoomFile {
  const { seq, sender, uploaderId: senderId, sentAt } = row;
  return { ...toMessageFile(row), seq, sender, senderId, sentAt: sentAt.toISOString() };
}
