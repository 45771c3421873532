import { type ErrorCode, type ErrorPayload, TRANSIENT_CODES } from "@/protocol/errors";
import type { Joined, Person, ServerFrame } from "@/protocol/frames";
import { TYPING_INTERVAL_MS, TYPING_TTL_MS } from "@/protocol/limits";
import type { Connection } from "./connection";
import type { Uploads } from "./files/uploads";
import { type Arrival, goTo, type HistoryHost, loadNewer, loadOlder } from "./history";
import type { HistoryPage } from "./history-api";
import {
  type GoneReason,
  type InitialRoom,
  initialRoomState,
  isBehind,
  type PendingMessage,
  type RoomAction,
  type RoomState,
  reduceRoom,
} from "./room-state";
import type { Sender, SendOptions } from "./sender";
import { createStore, type Store, type WritableStore } from "./store";

/** A hole may be two frames that swapped places: wait this long before asking the server for it. */
const HOLE_PATIENCE_MS = 150;
/** A hole that stays is asked for ever more seldom, up to this. */
const HOLE_PATIENCE_MAX_MS = 10_000;

/** What it means that a join is refused; for any other reason one is simply not in the room. */
const REFUSED_BECAUSE: Partial<Record<ErrorCode, GoneReason>> = { forbidden: "removed", not_found: "missing" };

/** One room of a client: its state, and what a person can do in it. */
export interface RoomHandle extends Store<RoomState> {
  readonly roomId: string;
  /**
   * Shows the message as pending, keeps it in the outbox and sends it as soon as it can. What was put together of files
   * in this room goes with it, and it may then have no text.
   */
  send(text: string, options?: SendOptions): void;
  /** Sends a message that was refused once more, with the same `clientId`. */
  retry(clientId: string): void;
  /** Forgets a message that was refused. */
  discard(clientId: string): void;
  /** Takes out a message that was refused; its files are the composer's again. @returns its text. */
  takeBack(clientId: string): string;
  /** Call on every keystroke; it tells the others at most every three seconds. */
  setTyping(): void;
  /** Loads the page before the first message that is shown. Does nothing at the beginning or while loading. */
  loadOlder(): Promise<void>;
  /** Loads the page after the last message of a passage. Does nothing where the newest messages are shown. */
  loadNewer(): Promise<void>;
  /** Shows the conversation around the message with this `seq`, however far back; it never rejects. */
  goTo(seq: number): Promise<Arrival>;
  /** Shows the newest messages again. */
  toNewest(): void;
}

type Surroundings = {
  userId: string;
  connection: Connection;
  sender: Sender;
  uploads: Uploads;
  now(): number;
  loadPage(roomId: string, seq: number, towards?: "newer"): Promise<HistoryPage>;
};

/** Keeps one room's state true: joins it, folds what is heard, and asks again for what was missed. */
export class OpenRoom implements RoomHandle {
  readonly roomId: string;
  readonly #surroundings: Surroundings;
  readonly #store: WritableStore<RoomState>;
  readonly #typingTimers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #history: HistoryHost;
  #typedAt = 0;
  #joinTimer: ReturnType<typeof setTimeout> | undefined;
  #repairs = 0;
  /** The join that is not answered yet: its answer is folded from the cursor that it gave. */
  #joining: { since: number | undefined } | null = null;
  /** True while this connection hears the room. */
  #isJoined = false;

  constructor(roomId: string, initial: InitialRoom | undefined, surroundings: Surroundings) {
    this.roomId = roomId;
    this.#surroundings = surroundings;
    const show = (state: RoomState, pending: PendingMessage) => reduceRoom(state, { type: "pending", pending });
    this.#store = createStore(surroundings.sender.pendingOf(roomId).reduce(show, initialRoomState(roomId, initial)));
    this.#history = {
      get: this.get,
      dispatch: (action) => this.dispatch(action),
      loadPage: (...page) => surroundings.loadPage(roomId, ...page),
    };
  }

  get = (): RoomState => this.#store.get();

  subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  send(text: string, options?: SendOptions): void {
    const { sender, uploads } = this.#surroundings;
    void sender.send(this.roomId, text, uploads.take(this.roomId), options);
  }

  retry(clientId: string): void {
    this.#surroundings.sender.retry(clientId);
  }

  discard(clientId: string): void {
    this.#surroundings.sender.discard(clientId);
  }

  takeBack(clientId: string): string {
    const { sender, uploads } = this.#surroundings;
    const pending = sender.takeBack(clientId);
    if (pending?.files) uploads.giveBack(this.roomId, pending.files);
    return pending?.message ?? "";
  }

  setTyping(): void {
    const { now, connection } = this.#surroundings;
    if (!this.#isJoined || now() - this.#typedAt < TYPING_INTERVAL_MS) return;
    this.#typedAt = now();
    connection.send({ type: "typing", payload: { roomId: this.roomId } });
  }

  loadOlder = (): Promise<void> => loadOlder(this.#history);

  loadNewer = (): Promise<void> => loadNewer(this.#history);

  goTo = (seq: number): Promise<Arrival> => goTo(this.#history, seq);

  toNewest(): void {
    this.dispatch({ type: "passage-left" });
  }

  /** One join at a time: an answer must be known for the question that it answers. */
  join(): void {
    if (this.#joining) return;
    const { cursor, older } = this.get();
    const since = older === "unknown" ? undefined : cursor;
    const sent = this.#surroundings.connection.send({ type: "join", payload: { roomId: this.roomId, since } });
    if (sent) this.#joining = { since };
  }

  joined(payload: Joined): void {
    if (!this.#joining) return;
    const { since } = this.#joining;
    this.#joining = null;
    this.#isJoined = true;
    this.dispatch({ type: "joined", joined: payload, since });
    if (this.get().older === "unknown" || (since !== undefined && payload.more)) this.join();
  }

  left({ reason }: Extract<ServerFrame, { type: "left" }>["payload"]): void {
    // Closed and opened again: this answers the closing, and the opening's answer is on its way.
    if (!(this.#joining && reason === "left")) this.#gone(reason);
  }

  refused(error: ErrorPayload): void {
    // A join is never answered so: it is the answer to a `leave`, sent before the room was opened again.
    if (!this.#joining || error.code === "not_joined") return;
    this.#joining = null;
    if (TRANSIENT_CODES.has(error.code)) this.#joinLater(error.retryAfterMs);
    else this.#gone(REFUSED_BECAUSE[error.code] ?? "left");
  }

  typing(person: Person): void {
    if (person.id === this.#surroundings.userId) return;
    this.dispatch({ type: "typing", person });
    clearTimeout(this.#typingTimers.get(person.id));
    const end = () => this.dispatch({ type: "typing-ended", personId: person.id });
    this.#typingTimers.set(person.id, setTimeout(end, TYPING_TTL_MS));
  }

  /** The connection is gone, and with it what was asked on it. */
  disconnected(): void {
    this.#joining = null;
    this.#isJoined = false;
    clearTimeout(this.#joinTimer);
    this.#joinTimer = undefined;
    this.#repairs = 0;
  }

  close(): void {
    this.disconnected();
    for (const timer of this.#typingTimers.values()) clearTimeout(timer);
  }

  /** Folds what happened, and sees to it that what is missing is asked for. */
  dispatch(action: RoomAction): void {
    this.#store.set(reduceRoom(this.get(), action));
    const state = this.get();
    if (!isBehind(state)) this.#repairs = 0;
    else if (!state.gone) this.#joinLater();
  }

  /** It is not joined again when the connection comes back: that would undo what a person decided. */
  #gone(reason: GoneReason): void {
    this.disconnected();
    this.dispatch({ type: "gone", reason });
  }

  /** Gives frames that may merely be late their time, and waits longer each time that asking did not help. */
  #joinLater(atLeastMs = 0): void {
    if (this.#joinTimer) return;
    const patienceMs = Math.min(HOLE_PATIENCE_MAX_MS, HOLE_PATIENCE_MS * 2 ** this.#repairs);
    const join = () => {
      this.#joinTimer = undefined;
      if (this.#isJoined && !isBehind(this.get())) return;
      this.#repairs++;
      this.join();
    };
    this.#joinTimer = setTimeout(join, Math.max(patienceMs, atLeastMs));
  }
}
