import type { Pool } from "pg";
import type { Message } from "@/protocol/frames";
import { log } from "@/server/log";
import { metrics } from "@/server/metrics";
import { newMessageId } from "./message-id";
import { Refused } from "./refused";

/** Statements in flight at once. Two keep the database busy while we encode; more only make the batches smaller. */
const LANES = 3;
const BATCH_MAX = 500;
/** Drafts waiting for a statement, over all rooms; beyond it a sender is told to come back. */
const WAITING_MAX = 20_000;
/** A retry can cross its original in another process: the statement then fails whole and is sent again. */
const TRIES = 3;
const UNIQUE_VIOLATION = "23505";

export type Draft = { roomId: string; authorId: string; sender: string; clientId: string; message: string };

/** Why the log did not take a draft is for its caller to find out: it was there, or it may not be. */
export type Appended = Message | "skipped";

type Waiting = Draft & { id: string; settle: (appended: Appended) => void; fail: (reason: unknown) => void };

/**
 * Appends in one statement whatever is waiting: it takes the rooms' next numbers under their locks,
 * leaves out the drafts whose author is no member or that are there already, and stores the rest. Rooms
 * are locked in the order of their ids, so that two processes never wait for each other.
 */
const APPEND = {
  name: "append-messages",
  text: `
    WITH draft AS (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])
        WITH ORDINALITY AS d(id, "roomId", "authorId", "clientId", body, place)
    ), fresh AS (
      SELECT draft.*, row_number() OVER (PARTITION BY "roomId" ORDER BY place)::int AS step
      FROM draft
      WHERE EXISTS (SELECT FROM "Membership" m WHERE m."roomId" = draft."roomId" AND m."userId" = draft."authorId")
        AND NOT EXISTS (SELECT FROM "Message" m WHERE m."authorId" = draft."authorId" AND m."clientId" = draft."clientId")
    ), room AS (
      SELECT id, "lastSeq" FROM "Room"
      WHERE id IN (SELECT "roomId" FROM fresh) AND "archivedAt" IS NULL
      ORDER BY id FOR NO KEY UPDATE
    ), counted AS (
      UPDATE "Room" SET "lastSeq" = room."lastSeq" + taken.steps
      FROM room JOIN (SELECT "roomId", max(step) AS steps FROM fresh GROUP BY "roomId") taken ON taken."roomId" = room.id
      WHERE "Room".id = room.id
    )
    INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body, "sentAt")
    SELECT fresh.id, room.id, room."lastSeq" + step, room."lastSeq" + step, "authorId", "clientId", body, clock_timestamp()
    FROM fresh JOIN room ON room.id = fresh."roomId"
    RETURNING id, seq, (extract(epoch FROM "sentAt") * 1000)::float8 AS "sentAtMs"`,
};

type AppendedRow = { id: string; seq: number; sentAtMs: number };

/**
 * Group commit. A draft that finds its room idle and a lane free goes at once; what arrives while a
 * room's statement is in flight goes together in its next. So batches grow by themselves with the load,
 * and no message waits for a timer.
 */
export class RoomLog {
  readonly #pool: Pool;
  /** Told of each room's new messages, in their order, after they are committed and before their senders are. */
  readonly #onCommitted: (roomId: string, messages: Message[]) => void;
  /** Drafts by room, in the order in which the rooms began to wait. */
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #inFlight = new Set<string>();
  #waitingCount = 0;
  #lanes = 0;
  #willFill = false;

  constructor(pool: Pool, onCommitted: (roomId: string, messages: Message[]) => void) {
    this.#pool = pool;
    this.#onCommitted = onCommitted;
  }

  /**
   * Appends one draft. Resolves after COMMIT with the message, or with "skipped" when the author is no
   * member, the room takes no messages, or a message with this author and `clientId` is there already.
   * @throws Refused "overloaded" when the queue is full or the database fails; a retry is safe.
   */
  append(draft: Draft): Promise<Appended> {
    if (this.#waitingCount >= WAITING_MAX) return Promise.reject(overloaded());
    return new Promise((settle, fail) => {
      const queue = this.#waiting.get(draft.roomId);
      const waiting = { ...draft, id: newMessageId(), settle, fail };
      if (queue) queue.push(waiting);
      else this.#waiting.set(draft.roomId, [waiting]);
      metrics().waiting.set(++this.#waitingCount);
      this.#fillLanesSoon();
    });
  }

  /** Resolves when nothing waits and nothing is in flight. */
  async drain(): Promise<void> {
    while (this.#waitingCount > 0 || this.#lanes > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /**
   * After this turn of the event loop: what it brings goes together. To start at its first message would
   * send that one alone and let the others wait for it.
   */
  #fillLanesSoon(): void {
    if (this.#willFill) return;
    this.#willFill = true;
    setImmediate(() => {
      this.#willFill = false;
      this.#fillLanes();
    });
  }

  #fillLanes(): void {
    while (this.#lanes < LANES) {
      const batch = this.#takeBatch();
      if (batch.length === 0) return;
      void this.#commit(batch);
    }
  }

  async #commit(batch: Waiting[]): Promise<void> {
    const rooms = new Set(batch.map(({ roomId }) => roomId));
    for (const roomId of rooms) this.#inFlight.add(roomId);
    this.#lanes++;
    const { commitSeconds, commitBatch, commitFailures, messages } = metrics();
    const stopTimer = commitSeconds.startTimer();
    try {
      const rows = await this.#insert(batch);
      messages.inc(rows.length);
      this.#settle(batch, rows);
    } catch (cause) {
      commitFailures.inc();
      log.warn({ err: cause, messages: batch.length }, "Messages could not be stored; their senders try again.");
      for (const { fail } of batch) fail(overloaded(cause));
    }
    stopTimer();
    commitBatch.observe(batch.length);
    this.#lanes--;
    for (const roomId of rooms) this.#inFlight.delete(roomId);
    this.#fillLanes();
  }

  /** Takes the drafts of rooms that have no statement in flight, the longest waiting rooms first. */
  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    for (const [roomId, queue] of this.#waiting) {
      if (batch.length >= BATCH_MAX) break;
      if (this.#inFlight.has(roomId)) continue;
      const taken = queue.splice(0, BATCH_MAX - batch.length);
      this.#waiting.delete(roomId);
      if (queue.length > 0) this.#waiting.set(roomId, queue);
      batch.push(...taken);
    }
    this.#waitingCount -= batch.length;
    metrics().waiting.set(this.#waitingCount);
    return batch;
  }

  async #insert(batch: Waiting[], tries = TRIES): Promise<AppendedRow[]> {
    const unique = withoutTwins(batch);
    const values = [
      unique.map(({ id }) => id),
      unique.map(({ roomId }) => roomId),
      unique.map(({ authorId }) => authorId),
      unique.map(({ clientId }) => clientId),
      unique.map(({ message }) => message),
    ];
    try {
      return (await this.#pool.query<AppendedRow>({ ...APPEND, values })).rows;
    } catch (error) {
      if (tries > 1 && (error as { code?: string }).code === UNIQUE_VIOLATION) return this.#insert(batch, tries - 1);
      throw error;
    }
  }

  #settle(batch: Waiting[], rows: AppendedRow[]): void {
    const rowsById = new Map(rows.map((row) => [row.id, row]));
    const byRoom = new Map<string, Message[]>();
    const answers = batch.map((draft): Appended => {
      const row = rowsById.get(draft.id);
      if (!row) return "skipped";
      const message = toMessage(draft, row);
      const messages = byRoom.get(draft.roomId);
      if (messages) messages.push(message);
      else byRoom.set(draft.roomId, [message]);
      return message;
    });
    for (const [roomId, messages] of byRoom) this.#onCommitted(roomId, messages);
    for (const [index, draft] of batch.entries()) draft.settle(answers[index] as Appended);
  }
}

/** The same draft twice in one batch would break the unique index and with it the whole statement. */
function withoutTwins(batch: Waiting[]): Waiting[] {
  const seen = new Set<string>();
  return batch.filter(({ authorId, clientId }) => {
    const key = `${authorId} ${clientId}`;
    return !seen.has(key) && seen.add(key);
  });
}

function toMessage(draft: Waiting, row: AppendedRow): Message {
  return {
    id: draft.id,
    roomId: draft.roomId,
    seq: row.seq,
    rev: row.seq,
    clientId: draft.clientId,
    message: draft.message,
    sender: draft.sender,
    senderId: draft.authorId,
    sentAt: new Date(row.sentAtMs).toISOString(),
    editedAt: null,
    deletedAt: null,
  };
}

function overloaded(cause?: unknown): Refused {
  const refusal = new Refused("overloaded", "The server cannot store messages right now. Try again shortly.", {
    retryAfterMs: 1_000,
  });
  refusal.cause = cause;
  return refusal;
}
