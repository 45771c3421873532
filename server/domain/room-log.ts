import type { Pool } from "pg";
import type { Message } from "@/protocol/frames";
import { log } from "@/server/log";
import { logOncePer } from "@/server/log-once-per";
import { metrics } from "@/server/metrics";
import { type AppendedRow, appendRows, type Draft } from "./append-rows";
import { noteCommit, noteFailedCommit } from "./commit-health";
import { newMessageId } from "./message-id";
import { Refused } from "./refused";

/** Statements in flight at once: some keep the database busy while we encode; more would make the batches smaller. */
const LANES = 4;
const BATCH_MAX = 1_000;
/** Drafts waiting for a statement, over all rooms; beyond it a sender is told to come back. */
const WAITING_MAX = 20_000;
/** A retry can cross its original in another process: the statement then fails whole once more. */
const TRIES = 3;
/** Where one sender tries again, others do: for so long each statement looks what is there already. */
const LOOKS_FOR_MS = 1_000;
/** A commit that takes longer is told, though not more often than this. */
const SLOW_S = 1;
const SLOW_TOLD_EVERY_MS = 10_000;
/** What two statements may do to each other by the same drafts: a unique violation, a deadlock at the index. */
const CROSSED = new Set(["23505", "40P01"]);

/**
 * What became of a draft: the message, after COMMIT; "skipped" when the author is no member, the room takes
 * no messages, or a message with this author and `clientId` is there already (why, its caller finds out);
 * or an `overloaded` refusal, after which a retry is safe.
 */
export type Appended = Message | "skipped" | Refused;

/**
 * A draft in the queue, and who is told. A callback and not a promise: thousands wait at once under load,
 * and what each of them holds is what the collector carries about.
 */
class Waiting {
  readonly id = newMessageId();
  readonly draft: Draft;
  readonly answer: (appended: Appended) => void;

  constructor(draft: Draft, answer: (appended: Appended) => void) {
    this.draft = draft;
    this.answer = answer;
  }
}

/** The drafts of one statement, by room. */
type Batch = Map<string, Waiting[]>;

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
  #looksUntil = 0;

  constructor(pool: Pool, onCommitted: (roomId: string, messages: Message[]) => void) {
    this.#pool = pool;
    this.#onCommitted = onCommitted;
  }

  /** Appends one draft; `answer` is called once, at once when the queue is full. */
  append(draft: Draft, answer: (appended: Appended) => void): void {
    if (this.#waitingCount >= WAITING_MAX) return answer(overloaded());
    const waiting = new Waiting(draft, answer);
    const queue = this.#waiting.get(draft.roomId);
    if (queue) queue.push(waiting);
    else this.#waiting.set(draft.roomId, [waiting]);
    this.#waitingCount++;
    this.#fillLanesSoon();
  }

  get waitingCount(): number {
    return this.#waitingCount;
  }

  /** True while more of this room is on its way to the database. */
  isAppending(roomId: string): boolean {
    return this.#inFlight.has(roomId) || this.#waiting.has(roomId);
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
      if (batch.size === 0) return;
      void this.#commit(batch);
    }
  }

  async #commit(batch: Batch): Promise<void> {
    const drafts = [...batch.values()].flat();
    metrics().commitBatch.observe(drafts.length);
    for (const roomId of batch.keys()) this.#inFlight.add(roomId);
    this.#lanes++;
    const stopTimer = metrics().commitSeconds.startTimer();
    const rows = await this.#insert(withoutTwins(drafts)).catch((cause) => overloaded(cause));
    noteDuration(stopTimer(), drafts.length);
    this.#lanes--;
    for (const roomId of batch.keys()) this.#inFlight.delete(roomId);
    // The database is given its next work before anybody is told of this.
    this.#fillLanes();
    if (rows instanceof Refused) this.#refuse(drafts, rows);
    else this.#tell(batch, rows);
  }

  /** Takes the drafts of rooms that have no statement in flight, the longest waiting rooms first. */
  #takeBatch(): Batch {
    const batch: Batch = new Map();
    let left = BATCH_MAX;
    for (const [roomId, queue] of this.#waiting) {
      if (left === 0) break;
      if (this.#inFlight.has(roomId)) continue;
      const taken = queue.splice(0, left);
      this.#waiting.delete(roomId);
      if (queue.length > 0) this.#waiting.set(roomId, queue);
      batch.set(roomId, taken);
      left -= taken.length;
    }
    this.#waitingCount -= BATCH_MAX - left;
    return batch;
  }

  async #insert(drafts: Waiting[]): Promise<AppendedRow[]> {
    for (let tries = 1; ; tries++) {
      const mayBeThere = performance.now() < this.#looksUntil;
      try {
        return await appendRows(this.#pool, drafts, mayBeThere);
      } catch (error) {
        if (tries === TRIES || !CROSSED.has((error as { code?: string }).code ?? "")) throw error;
        this.#looksUntil = performance.now() + LOOKS_FOR_MS;
      }
    }
  }

  #refuse(drafts: Waiting[], refusal: Refused): void {
    const { cause } = refusal;
    metrics().commitFailures.inc();
    noteFailedCommit(cause);
    log.warn({ err: cause, messages: drafts.length }, "Messages could not be stored; their senders try again.");
    for (const { answer } of drafts) answer(refusal);
  }

  #tell(batch: Batch, rows: AppendedRow[]): void {
    metrics().messages.inc(rows.length);
    noteCommit();
    const rowsById = new Map(rows.map((row) => [row.id, row]));
    for (const [roomId, drafts] of batch) {
      const appended = drafts.map(({ id, draft }) => toAppended(draft, rowsById.get(id)));
      const messages = appended.filter((each) => each !== "skipped");
      if (messages.length > 0) this.#onCommitted(roomId, messages);
      for (const [index, { answer }] of drafts.entries()) answer(appended[index] as Appended);
    }
  }
}

/** The same draft twice in one batch would break the unique index and with it the whole statement. */
function withoutTwins(drafts: Waiting[]): Waiting[] {
  if (new Set(drafts.map(({ draft }) => draft.clientId)).size === drafts.length) return drafts;
  const seen = new Set<string>();
  return drafts.filter(({ draft: { authorId, clientId } }) => {
    const key = `${authorId} ${clientId}`;
    return !seen.has(key) && seen.add(key);
  });
}

function toAppended(draft: Draft, row: AppendedRow | undefined): Message | "skipped" {
  if (!row) return "skipped";
  return {
    id: row.id,
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
    ...(draft.files && { files: draft.files }),
  };
}

function overloaded(cause?: unknown): Refused {
  const refusal = new Refused("overloaded", "The server cannot store messages right now. Try again shortly.", {
    retryAfterMs: 1_000,
  });
  refusal.cause = cause;
  return refusal;
}

function noteDuration(seconds: number, messages: number): void {
  if (seconds < SLOW_S) return;
  const about = { ms: Math.round(seconds * 1_000), messages };
  logOncePer(SLOW_TOLD_EVERY_MS, "slow-commit", "info", about, "A commit was slow: look at the database and its disk.");
}
