import type { Pool } from "pg";
import { v4 as uuidv4 } from "uuid";
import { TRANSIENT_CODES } from "@/protocol/errors";
import type { Message } from "@/protocol/frames";
import { toChange } from "@/server/backplane/backplane";
import { metrics } from "@/server/metrics";
import { shared } from "@/server/shared";
import type { Draft } from "./append-rows";
import { claimFiles, releaseFiles } from "./files/message-files";
import { linkUp, mayHaveLinks } from "./links/previews";
import { publishChanges } from "./message-changes";
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from "./message-row";
import { Refused } from "./refused";
import { RoomLog } from "./room-log";
import { requireRoom } from "./rooms";
import type { Viewer } from "./viewer";

/**
 * What a sender gives, with the ids of `files` that they uploaded. Without a `clientId` one is made, and a retry cannot
 * be told from a second message. With `previews: false` nobody looks at what it links to.
 */
export type NewMessage = { message: string; clientId?: string; files?: string[]; previews?: boolean };

export type Posted = { message: Message; isNew: boolean };
type Answer = (posted: Posted | { error: unknown }) => void;

// Pages and sockets have a copy of this module each, and one log: else each would commit by itself.
const KEY = Symbol.for("adda.room-log");
const holder = globalThis as typeof globalThis & { [KEY]?: { pool: Pool; log: RoomLog } };

/**
 * Stores a message in a room's log and tells everybody who listens there; calls back after COMMIT.
 * A retry with the same `clientId` is answered with the first message. It is published again, which tells only
 * those who missed it: what made the sender try again may have kept the first word from everybody.
 * Refusals: not_found, forbidden, archived, conflict (the `clientId` is used in another room), overloaded, invalid (a
 * file is not the viewer's, not ready, or in another message).
 */
export function postMessage(viewer: Viewer, roomId: string, given: NewMessage, answer: Answer): void {
  const { message, clientId = uuidv4(), files, previews = true } = given;
  const draft: Draft = { roomId, authorId: viewer.id, sender: viewer.name, clientId, message };
  const told = mayHaveLinks(message) ? thenLinkUp(answer, previews) : answer;
  if (files?.length) postWithFiles(viewer, draft, files).then(told, (error) => told({ error }));
  else append(viewer, draft, told);
}

function thenLinkUp(answer: Answer, wantsPreview: boolean): Answer {
  return (posted) => {
    answer(posted);
    if (!("error" in posted) && posted.isNew) void linkUp(posted.message, { wantsPreview });
  };
}

function append(viewer: Viewer, draft: Draft, answer: Answer): void {
  roomLog().append(draft, (appended) => {
    if (appended === "skipped") findFirst(viewer, draft).then(answer, (error) => answer({ error }));
    else if (appended instanceof Refused) answer({ error: appended });
    else answer({ message: appended, isNew: true });
  });
}

/** The files become the message's before it is stored: its `clientId` claims them, so a retry finds them its own. */
async function postWithFiles(viewer: Viewer, draft: Draft, ids: string[]): Promise<Posted> {
  let claimed: string[] = [];
  try {
    const claim = await claimFiles(viewer, draft, ids);
    claimed = claim.claimed;
    const { files } = claim;
    const posted = await new Promise<Posted | { error: unknown }>((answer) =>
      append(viewer, { ...draft, files }, answer),
    );
    if ("error" in posted) throw posted.error;
    if (!posted.isNew) await releaseFiles(viewer, draft, claimed, posted.message.files);
    return posted;
  } catch (error) {
    if (!(error instanceof Refused) || TRANSIENT_CODES.has(error.code)) throw error;
    // A retry of a message that was deleted since: its files are gone, and it is still the first one.
    const first = await findByClientId(viewer.id, draft.clientId);
    if (first?.roomId === draft.roomId) return again(first);
    await releaseFiles(viewer, draft, claimed);
    throw error;
  }
}

/** Resolves when every message that was taken is committed or refused. */
export async function drainMessages(): Promise<void> {
  await holder[KEY]?.log.drain();
}

/** True while this process is storing more of this room. */
export function isAppending(roomId: string): boolean {
  return holder[KEY]?.log.isAppending(roomId) ?? false;
}

function roomLog(): RoomLog {
  const { pool, backplane } = shared();
  if (holder[KEY]?.pool === pool) return holder[KEY].log;
  const log = new RoomLog(pool, (roomId, messages) => publishChanges(backplane, roomId, messages));
  holder[KEY] = { pool, log };
  const { waiting } = metrics();
  Object.assign(waiting, { collect: () => waiting.set(log.waitingCount) });
  return log;
}

/** The message that this draft retries, or why the log did not take it. */
async function findFirst(viewer: Viewer, { roomId, clientId }: Draft): Promise<Posted> {
  const first = await findByClientId(viewer.id, clientId);
  if (first?.roomId === roomId) return again(first);
  if (first) {
    const sentence = "This clientId is that of your message in another room: choose a new one.";
    throw new Refused("conflict", sentence, { field: "clientId" });
  }
  const room = await requireRoom(viewer, roomId);
  if (!room.joined) throw new Refused("forbidden", "Only members write in this room: join it first.");
  if (room.archivedAt) throw new Refused("archived", "This room is archived: it can be read, not written.");
  throw new Refused("overloaded", "The room changed just now. Try again.", { retryAfterMs: 0 });
}

function again(first: Message): Posted {
  shared().backplane.publish(first.roomId, { type: "changes", changes: [toChange(first)] });
  return { message: first, isNew: false };
}

async function findByClientId(authorId: string, clientId: string): Promise<Message | null> {
  const { rows } = await shared().pool.query<MessageRow>({
    name: "find-message-by-client-id",
    text: `SELECT ${MESSAGE_COLUMNS} FROM "Message" m JOIN "User" u ON u.id = m."authorId"
           WHERE m."authorId" = $1 AND m."clientId" = $2`,
    values: [authorId, clientId],
  });
  return rows[0] ? toMessage(rows[0]) : null;
}
