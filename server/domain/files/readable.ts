import { shared } from "@/server/shared";
import { canSee } from "../permissions";
import { Refused } from "../refused";
import { isUuid } from "../slugs";
import type { Viewer } from "../viewer";
import { contentVariant, FILE_COLUMNS, type FileRow, keyOf } from "./file-row";

/** One object of a file, for somebody who may have it. */
export type ReadableFile = {
  key: string;
  etag: string;
  size: number;
  type: string;
  name: string;
  kind: FileRow["kind"];
};

type Row = FileRow & { roomKind: "open" | "closed" | null; joined: boolean };

/**
 * A file that the viewer may read: one of a room that they see, their own before it is sent, and anybody's picture.
 * @param variant null for the file itself.
 * @throws Refused not_found, the same for what does not exist, is gone, or may not be seen.
 */
export async function requireReadable(viewer: Viewer, id: string, variant: string | null): Promise<ReadableFile> {
  const file = await findWithRoom(viewer, id);
  const found = file && (variant ?? contentVariant(file));
  const size = file && found ? file.variants[found] : undefined;
  if (!file || !found || size === undefined || !mayRead(viewer, file)) {
    throw new Refused("not_found", "There is no such file, or none that you may see.");
  }
  const isContent = variant === null;
  return {
    key: keyOf(file.id, found),
    etag: `"${file.id}-${found}"`,
    size,
    type: isContent ? file.type : "image/webp",
    name: isContent ? file.name : `${file.name}-${found}.webp`,
    kind: isContent ? file.kind : "image",
  };
}

function mayRead(viewer: Viewer, { uploaderId, clientId, purpose, roomKind, joined }: Row): boolean {
  if (purpose === "person") return true;
  if (purpose === "message" && clientId === null) return uploaderId === viewer.id;
  return roomKind !== null && canSee({ kind: roomKind, joined });
}

async function findWithRoom(viewer: Viewer, id: string): Promise<Row | null> {
  if (!isUuid(id)) return null;
  const { rows } = await shared().pool.query<Row>({
    name: "readable-file",
    text: `
      SELECT ${FILE_COLUMNS}, r.kind AS "roomKind",
        EXISTS (SELECT FROM "Membership" m WHERE m."roomId" = r.id AND m."userId" = $2) AS joined
      FROM "File" f LEFT JOIN "Room" r ON r.id = f."roomId"
      WHERE f.id = $1 AND f.state = 'ready' AND f."deletedAt" IS NULL AND r."deletedAt" IS NULL`,
    values: [id, viewer.id],
  });
  return rows[0] ?? null;
}
