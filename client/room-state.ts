import type { ErrorPayload } from "@/protocol/errors";
import type { Joined, LeftReason, Message, Person, Room } from "@/protocol/frames";
import { newestBySeq, putChanges } from "./message-list";
import { foldIntoPassage, type Passage, type PassageAction, reducePassage } from "./passage";

/** A message of ours that the server has not yet said is committed. */
export type PendingMessage = {
  clientId: string;
  roomId: string;
  message: string;
  /** The keys of the uploads that it carries, in order. */
  files?: readonly string[];
  previews?: false;
  /** Milliseconds since the epoch, by this device's clock: for showing, never for ordering. */
  queuedAt: number;
  /** "uploading": its files are on their way, and it goes out when they are there. */
  status: "uploading" | "queued" | "sending" | "failed";
  error: ErrorPayload | null;
};

/** Why the room is not heard any more; "missing": it was deleted, or it is private and one is not in it. */
export type GoneReason = LeftReason | "missing";

export type RoomState = {
  roomId: string;
  /** The last change of the room that is folded in; everything up to it is. */
  cursor: number;
  /** The last change that we know exists. Beyond `cursor` when something was missed. */
  head: number;
  /** Ascending by `seq`, without a hole between the first and the last. */
  messages: readonly Message[];
  /** Changes that came before one that we still miss, by `rev`. */
  ahead: ReadonlyMap<number, Message>;
  /** Changes of messages before the first here, come while their page is being loaded: it may be older than they. */
  late: readonly Message[];
  /** Oldest first; they stand below the messages, and none of them is among the messages. */
  pending: readonly PendingMessage[];
  /** What lies before the first message here. */
  older: "unknown" | "more" | "loading" | "failed" | "none";
  /** What is shown instead of the messages while somebody looks at a part that lies further back. */
  passage: Passage | null;
  /** The `seq` of every message, loaded here or not, of whose deletion we heard. */
  deleted: ReadonlySet<number>;
  /** People in the room now. */
  count: number;
  people: readonly Person[];
  /** Others who are typing. */
  typing: readonly Person[];
  /** The room's newest description, once one came. */
  room: Room | null;
  gone: GoneReason | null;
};

export type RoomAction =
  | { type: "joined"; joined: Joined; since: number | undefined }
  | { type: "chat"; message: Message }
  | { type: "head"; seq: number }
  | { type: "presence"; count: number; people: readonly Person[] }
  | { type: "typing"; person: Person }
  | { type: "typing-ended"; personId: string }
  | { type: "room"; room: Room }
  | { type: "gone"; reason: GoneReason }
  | { type: "older-loading" }
  | { type: "older-failed" }
  | { type: "older-loaded"; messages: readonly Message[]; more: boolean }
  | { type: "pending"; pending: PendingMessage }
  | { type: "discarded"; clientId: string }
  | PassageAction;

/** What a page rendered by the server already shows. */
export type InitialRoom = { seq: number; messages: readonly Message[]; more: boolean };

export function initialRoomState(roomId: string, initial?: InitialRoom): RoomState {
  return {
    roomId,
    cursor: initial?.seq ?? 0,
    head: initial?.seq ?? 0,
    messages: initial?.messages ?? [],
    ahead: new Map(),
    late: [],
    pending: [],
    older: initial ? (initial.more ? "more" : "none") : "unknown",
    passage: null,
    deleted: new Set(),
    count: 0,
    people: [],
    typing: [],
    room: null,
    gone: null,
  };
}

/** True when the server has a change that is not folded in: time to ask for what came after `cursor`. */
export function isBehind(state: RoomState): boolean {
  return state.head > state.cursor;
}

/**
 * Folds what happened into the room. Pure. Whatever is lost, doubled or swapped on the way, the same
 * changes end in the same messages: a change at or below the cursor is old news, the next one is folded,
 * one further on waits in `ahead` until what lies between has come.
 */
export function reduceRoom(state: RoomState, action: RoomAction): RoomState {
  switch (action.type) {
    case "joined":
      if (action.since === undefined) return foldLatestPage(state, action.joined);
      if (action.joined.seq < action.since) return forgetMessages(state);
      return foldMissed(state, action.joined);
    case "chat":
      return foldChange(state, action.message);
    case "head":
      return action.seq > state.head ? { ...state, head: action.seq } : state;
    case "presence":
      return { ...state, count: action.count, people: action.people };
    case "typing":
      return {
        ...withoutTyping(state, action.person.id),
        typing: [...othersTyping(state, action.person.id), action.person],
      };
    case "typing-ended":
      return withoutTyping(state, action.personId);
    case "room":
      return { ...state, room: action.room };
    case "gone":
      return { ...state, gone: action.reason, count: 0, people: [], typing: [] };
    case "older-loading":
      return { ...state, older: "loading", late: [] };
    case "older-failed":
      return state.older === "loading" ? { ...state, older: "failed", late: [] } : state;
    case "older-loaded":
      return prependPage(state, action.messages, action.more);
    case "pending":
      return withPending(state, action.pending);
    case "discarded":
      return withoutPending(state, action.clientId);
    default:
      return joinPassage({ ...state, passage: reducePassage(state.passage, action) });
  }
}

/** The messages that are looked at, and what lies beyond them; `newer` is "none" where they are the newest. */
export function shownMessages(state: RoomState): Pick<RoomState, "messages" | "older"> & Pick<Passage, "newer"> {
  const { passage, messages, older } = state;
  return passage && passage.messages.length > 0 ? passage : { messages, older, newer: "none" };
}

/** A passage that reaches the newest messages becomes one with them. */
function joinPassage(state: RoomState): RoomState {
  const { passage, messages, older } = state;
  const first = messages[0];
  const last = passage?.messages.at(-1);
  if (!passage || passage.seeking !== null || !first || !last || older === "unknown") return state;
  if (last.seq < first.seq && passage.newer !== "none") return state;
  const before = passage.messages.filter(({ seq }) => seq < first.seq);
  if (before.length === 0) return { ...state, passage: null };
  // A page that is on its way to the passage finds it gone, and is asked for again.
  const beyond = passage.older === "loading" ? "more" : passage.older;
  return { ...state, messages: [...before, ...messages], older: beyond, late: [], passage: null };
}

function foldLatestPage(state: RoomState, { seq, messages, more }: Joined): RoomState {
  const page: RoomState = { ...state, cursor: seq, head: Math.max(state.head, seq), messages, gone: null };
  return drainAhead(withoutCommitted({ ...page, older: more ? "more" : "none", late: [], passage: null }, messages));
}

function foldMissed(state: RoomState, { seq, messages, more }: Joined): RoomState {
  const missed = messages.filter((message) => message.rev > state.cursor);
  const reached = more ? (messages.at(-1)?.rev ?? state.cursor) : seq;
  const folded = fold(state, missed, Math.max(state.cursor, reached));
  const known: RoomState = { ...folded, head: Math.max(state.head, seq), gone: null };
  // What waits may have been changed since, or deleted: the rest of the catch-up tells it as it is now.
  return more ? known : drainAhead(known);
}

/**
 * The server knows less than it once told us: it was set back to a backup. What we have may never have
 * been, and its numbers mean other messages now; only what was not sent yet is still ours.
 */
function forgetMessages(state: RoomState): RoomState {
  return { ...initialRoomState(state.roomId), pending: state.pending, room: state.room };
}

function foldChange(state: RoomState, message: Message): RoomState {
  if (message.rev <= state.cursor) return withoutCommitted(state, [message]);
  const heard = withoutTyping(state, message.senderId);
  const ahead = new Map(state.ahead).set(message.rev, message);
  return drainAhead({ ...heard, ahead, head: Math.max(state.head, message.rev) });
}

/** Folds what waited, as far as there is no hole, and forgets what a catch-up has overtaken. */
function drainAhead(state: RoomState): RoomState {
  // Before the first page there is nothing to fold into: that page may be older than what waits.
  if (state.ahead.size === 0 || state.older === "unknown") return state;
  const ahead = new Map(state.ahead);
  const overtaken = [...ahead.values()].filter(({ rev }) => rev <= state.cursor);
  for (const { rev } of overtaken) ahead.delete(rev);
  const newest = newestBySeq(ahead.values());
  const next: Message[] = [];
  let cursor = state.cursor;
  for (let message = ahead.get(cursor + 1); message; message = ahead.get(cursor + 1)) {
    // Where a later change of it waits too, nobody sees again how it was before.
    next.push(newest.get(message.seq) ?? message);
    ahead.delete(++cursor);
  }
  return fold(withoutCommitted({ ...state, ahead }, overtaken), next, cursor);
}

/** Folds changes in, all there are up to `cursor`. */
function fold(state: RoomState, changes: readonly Message[], cursor: number): RoomState {
  if (changes.length === 0) return { ...state, cursor };
  const late = state.older === "loading" ? [...state.late, ...changes] : state.late;
  const passage = foldIntoPassage(state.passage, changes);
  const deleted = withDeleted(state.deleted, changes);
  return withoutCommitted({ ...state, cursor, messages: upsert(state, changes), late, passage, deleted }, changes);
}

function withDeleted(deleted: ReadonlySet<number>, changes: readonly Message[]): ReadonlySet<number> {
  const more = changes.filter(({ deletedAt }) => deletedAt !== null).map(({ seq }) => seq);
  return more.length > 0 ? new Set([...deleted, ...more]) : deleted;
}

function upsert({ messages, older }: RoomState, changes: readonly Message[]): readonly Message[] {
  return putChanges(messages, changes, older === "none" ? 0 : (messages[0]?.seq ?? 0));
}

function prependPage(state: RoomState, page: readonly Message[], more: boolean): RoomState {
  if (state.older !== "loading") return state;
  const first = state.messages[0]?.seq ?? Number.POSITIVE_INFINITY;
  const older = page.filter((message) => message.seq < first);
  const prepended: RoomState = { ...state, messages: [...older, ...state.messages], late: [] };
  const whole: RoomState = { ...prepended, messages: upsert(prepended, state.late), older: more ? "more" : "none" };
  return withoutCommitted(whole, older);
}

function withPending(state: RoomState, pending: PendingMessage): RoomState {
  if (state.messages.some(({ clientId }) => clientId === pending.clientId)) return state;
  const isThis = (other: PendingMessage) => other.clientId === pending.clientId;
  if (state.pending.some(isThis)) {
    return { ...state, pending: state.pending.map((other) => (isThis(other) ? pending : other)) };
  }
  return { ...state, pending: [...state.pending, pending].toSorted((a, b) => a.queuedAt - b.queuedAt) };
}

/** A `clientId` is random: a message that carries ours is ours. */
function withoutCommitted(state: RoomState, messages: readonly Message[]): RoomState {
  if (state.pending.length === 0) return state;
  const committed = new Set(messages.map(({ clientId }) => clientId));
  return { ...state, pending: state.pending.filter(({ clientId }) => !committed.has(clientId)) };
}

function withoutPending(state: RoomState, clientId: string): RoomState {
  const pending = state.pending.filter((other) => other.clientId !== clientId);
  return pending.length === state.pending.length ? state : { ...state, pending };
}

function othersTyping(state: RoomState, personId: string): readonly Person[] {
  return state.typing.filter((person) => person.id !== personId);
}

function withoutTyping(state: RoomState, personId: string): RoomState {
  const typing = othersTyping(state, personId);
  return typing.length === state.typing.length ? state : { ...state, typing };
}
