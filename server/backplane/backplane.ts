import type { Message, Person, Room } from "@/protocol/frames";

/** A change of a room's log as it goes out: its JSON is made once, for every reader at every process. */
export type Change = { rev: number; seq: number; id: string; json: string };

export function toChange(message: Message): Change {
  return { rev: message.rev, seq: message.seq, id: message.id, json: JSON.stringify(message) };
}

/**
 * Which process committed, and when by its own clock. Missing when an earlier commit is published again, and in events of
 * a version that did not send it.
 */
export type Committed = { processId: string; atMs: number };

/** What processes tell each other about one room. */
export type RoomEvent =
  /** Changes of the room's log that were committed together, in the order of their `rev`. */
  | { type: "changes"; changes: Change[]; committed?: Committed }
  /** The room's name, topic, kind or archive state changed. */
  | { type: "room"; room: Room }
  /** The room was deleted: every subscription to it ends. */
  | { type: "room-deleted" }
  | { type: "typing"; person: Person }
  /** This user is no member any more: their subscriptions to the room end. */
  | { type: "membership-ended"; userId: string; reason: "left" | "removed" }
  | PresenceEvent;

/** Who is in the room at one process. Between processes only; each ignores its own. */
export type PresenceEvent =
  | { type: "presence-changed"; processId: string; came: Person[]; left: string[] }
  /** Everybody whom this process has: now and then, and when a process asks. */
  | { type: "roster"; processId: string; people: Person[] }
  | { type: "roster-wanted"; processId: string };

/** What every process must hear. */
export type ControlEvent =
  /** The user's sessions below this version are no longer good; API tokens stay. */
  | { type: "session-ended"; userId: string; sessionVersion: number }
  /** This API token or this one session is no longer good. */
  | { type: "token-ended"; tokenId: string }
  /** The user goes by another name from now on. */
  | { type: "renamed"; userId: string; name: string };

export type Unsubscribe = () => void;

/**
 * How processes hear each other.
 *
 * Promises: a published event reaches the publishing process's own listeners before `publish` returns,
 * and every other process that stays subscribed and connected, in the order in which one process
 * published. It does not promise more: while `isConnected` is false, and for what was under way when it
 * became so, events between processes are lost; events of two processes may come in either order.
 * Readers therefore order and repair by `rev`: the log is in the database.
 */
export interface Backplane {
  /** Tells this process from the others; another one after every start. */
  readonly processId: string;
  /** False when this process is the only one there can be. */
  readonly isShared: boolean;
  /** Whether other processes can be heard now. */
  readonly isConnected: boolean;
  /** Told of each change of `isConnected`. */
  onConnection(listener: (isConnected: boolean) => void): Unsubscribe;

  publish(roomId: string, event: RoomEvent): void;
  /** Resolves once events published from now on will be heard, or at once while there is no connection. */
  subscribe(roomId: string, listener: (event: RoomEvent) => void): Promise<Unsubscribe>;

  publishControl(event: ControlEvent): void;
  onControl(listener: (event: ControlEvent) => void): Unsubscribe;

  close(): Promise<void>;
}
