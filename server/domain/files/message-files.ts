import type { MessageFile } from "@/protocol/files";
import { shared } from "@/server/shared";
import { Refused } from "../refused";
import type { Viewer } from "../viewer";
import { FILE_COLUMNS, type FileRow, findFile, toMessageFile } from "./file-row";

/**
 * Gives files to the message that its sender calls `clientId`: all of them or none, for ever or until the message is
 * refused. One statement that locks them; a retry of the same message finds them its own.
 * @returns them as readers see them, in the order asked for; `claimed` are those that were free until now.
 * @throws Refused invalid, which names the first that cannot go with this message, and why.
 */
export async function claimFiles(
  viewer: Viewer,
  { roomId, clientId }: { roomId: string; clientId: string },
  ids: readonly string[],
): Promise<{ files: MessageFile[]; claimed: string[] }> {
  const { rows } = await shared().pool.query<FileRow & { wasFree: boolean }>({
    name: "claim-files",
    text: `
      WITH free AS (
        SELECT id, "clientId" IS NULL AS "wasFree" FROM "File"
        WHERE id = ANY($1::uuid[]) AND "uploaderId" = $2 AND "roomId" = $3 AND purpose = 'message' AND state = 'ready'
          AND "deletedAt" IS NULL AND ("clientId" IS NULL OR "clientId" = $4)
        ORDER BY id FOR UPDATE
      )
      UPDATE "File" f SET "clientId" = $4, "touchedAt" = now() FROM free
      WHERE f.id = free.id AND (SELECT count(*) FROM free) = cardinality($1::uuid[])
      RETURNING ${FILE_COLUMNS}, free."wasFree"`,
    values: [ids, viewer.id, roomId, clientId],
  });
  const found = new Map(rows.map((row) => [row.id, toMessageFile(row)]));
  if (found.size < ids.length) throw await explainUnfree(viewer, roomId, ids);
  return {
    files: ids.flatMap((id) => found.get(id) ?? []),
    claimed: rows.filter(({ wasFree }) => wasFree).map(({ id }) => id),
  };
}

/**
 * Lets files go that this attempt claimed for a message which was then refused, or stored without them; it keeps `its`
 * own. What another attempt at the same message claimed is not ours to let go: that one may be stored yet.
 */
export async function releaseFiles(
  viewer: Viewer,
  { roomId, clientId }: { roomId: string; clientId: string },
  claimed: readonly string[],
  its: readonly MessageFile[] = [],
): Promise<void> {
  const kept = new Set(its.map(({ id }) => id));
  const free = claimed.filter((id) => !kept.has(id));
  if (free.length === 0) return;
  await shared().pool.query({
    name: "release-files",
    text: `
      UPDATE "File" SET "clientId" = NULL
      WHERE "uploaderId" = $1 AND "clientId" = $2 AND "roomId" = $3 AND purpose = 'message' AND id = ANY($4::uuid[])`,
    values: [viewer.id, clientId, roomId, free],
  });
}

async function explainUnfree(viewer: Viewer, roomId: string, ids: readonly string[]): Promise<Refused> {
  const because = (sentence: string) => new Refused("invalid", sentence, { field: "files" });
  for (const id of ids) {
    const file = await findFile(id);
    if (file?.uploaderId !== viewer.id) return because(`You have no file ${id}, or not any more: upload it again.`);
    if (file.state !== "ready") return because(`The upload of ${file.name} is not finished: complete it first.`);
    if (file.roomId !== roomId) return because(`${file.name} was uploaded to another room: upload it to this one.`);
    if (file.clientId !== null) return because(`${file.name} is in another message already: upload it again.`);
  }
  return new Refused("overloaded", "The files changed just now. Try again.", { retryAfterMs: 0 });
}
