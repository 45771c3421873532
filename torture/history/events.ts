import type { Message } from "@/protocol/frames";

/** A message as somebody was told of it, or as the database has it. */
export type Told = Pick<Message, "id" | "roomId" | "seq" | "rev" | "clientId" | "message" | "senderId"> & {
  isDeleted: boolean;
  /** Its link's page was read: that is a change of the message under a number of its own. */
  hasLinks?: boolean;
};

/** What a writer knows of its own message. */
export type WriterEvent =
  /** The writer is about to say it for the first time. */
  | { type: "invoke"; writer: string; authorId: string; roomId: string; clientId: string; message: string }
  /** The server said that it is stored: the echo, or the answer to a retry; with what it answers, where that is known. */
  | { type: "ok"; writer: string; message: Told; ask?: string }
  /** The server will never take it. */
  | { type: "refused"; writer: string; clientId: string; code: string }
  /** The writer gave up without an answer: it may be stored or not. */
  | { type: "unknown"; writer: string; clientId: string }
  /** The same four for its wish that the message be deleted. */
  | { type: "delete"; writer: string; clientId: string }
  | { type: "deleted"; writer: string; clientId: string }
  | { type: "delete-refused"; writer: string; clientId: string; code: string }
  | { type: "delete-unknown"; writer: string; clientId: string };

/** Somebody is about to ask the server for messages; the answer carries the same `ask`, which is said once in a run. */
export type AskEvent = { type: "asks"; ask: string };

/** What a reader was told, frame by frame. */
export type ReaderEvent =
  /** A bare socket opened, or a client's page did: what it is told begins again. `process` is the one behind its door. */
  | { type: "connected"; reader: string; process?: string }
  | JoinedEvent
  | { type: "heard"; reader: string; message: Told }
  /** A page of the history, by REST. */
  | { type: "page"; reader: string; roomId: string; messages: Told[]; ask: string }
  /** A client put the message at the end of the list that a person sees. */
  | { type: "shown"; reader: string; message: Told }
  /** A client shows that a message in that list was deleted, or that it no longer is. */
  | { type: "changed"; reader: string; message: Told }
  /** The server named a room's last number. */
  | { type: "head"; reader: string; roomId: string; seq: number }
  /** The server said that the reader is no longer in the room. */
  | { type: "left"; reader: string; roomId: string };

/** A reader's right to a room: about to be given, and taken away as its server confirmed. */
export type RightEvent = { type: "admitted" | "dismissed"; reader: string; roomId: string };

export type JoinedEvent = {
  type: "joined";
  reader: string;
  roomId: string;
  since: number;
  seq: number;
  more: boolean;
  messages: Told[];
  ask: string;
};

/** What was done to the system. */
export type FaultEvent =
  | { type: "fault"; what: string }
  | CoverEvent
  /** The cover with this number ended; the system has its `recoveryMs` from now on. */
  | { type: "uncovers"; cover: number };

/**
 * From now on, or since `backMs` ago, lateness is excused, or limited by `limitMs` in place of the usual limit, for what
 * is in the scope.
 */
export type CoverEvent = {
  type: "covers";
  cover: number;
  scope: Scope;
  recoveryMs: number;
  limitMs?: number;
  backMs?: number;
};

/** Who is affected. What is not named is not restricted: `{}` is everybody, everywhere. */
export type Scope = { process?: string; reader?: string; roomId?: string };

export type HistoryEvent = WriterEvent | AskEvent | ReaderEvent | RightEvent | FaultEvent;

/** `at` counts the events of all parties, who live in one process: a lower one did happen before. */
export type Recorded<Event extends HistoryEvent = HistoryEvent> = Event & { at: number; ms: number };

export type Writer = {
  name: string;
  /** It says a room's messages one after the other, in the order in which they were written. */
  keepsOrder: boolean;
  /** It goes on until it is answered. */
  neverGivesUp: boolean;
};

export type Reader = {
  name: string;
  /** A bare socket is told every frame in order; a client may be told anything and must show it in order. */
  kind: "socket" | "client";
  /** The rooms that it joined and stayed a member of. */
  rooms: readonly string[];
};

/** What a client shows when everything is at rest. */
export type View = { reader: string; roomId: string; messages: readonly Told[]; unsent: readonly string[] };

export type StoredRoom = { roomId: string; name: string; lastSeq: number; messages: readonly Told[] };

/** A room that everybody left, and how many processes still subscribe to it so long afterwards. */
export type Abandoned = { name: string; leftForMs: number; subscribers: number };

/** All that a run left behind. */
export type History = {
  events: readonly Recorded[];
  writers: readonly Writer[];
  readers: readonly Reader[];
  views: readonly View[];
  /** The database, read after the last event. */
  stored: readonly StoredRoom[];
  abandoned?: readonly Abandoned[];
};
