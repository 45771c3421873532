import type { Message, Person, Room } from "@/protocol/frames";

/** What processes tell each other about one room. */
export type RoomEvent =
  /** Changes of the room's log that were committed together, in the order of their `rev`. */
  | { type: "messages"; messages: Message[] }
  /** The room's name, topic, kind or archive state changed. */
  | { type: "room"; room: Room }
  | { type: "typing"; person: Person }
  /** This user is no member any more: their subscriptions to the room end. */
  | { type: "membership-ended"; userId: string; reason: "left" | "removed" };

/** What every process must hear. */
export type ControlEvent =
  /** The user's sessions below this version are no longer good; API tokens stay. */
  | { type: "session-ended"; userId: string; sessionVersion: number }
  /** This API token or this one session is no longer good. */
  | { type: "token-ended"; tokenId: string };

export type Unsubscribe = () => void;

/**
 * How processes hear each other.
 *
 * Promises: an event published before its publisher saw an error reaches every subscriber of that room
 * that stays subscribed, the publishing process included, in the order in which one process published.
 * It does not promise more: across a lost connection events may be lost, and events of two processes
 * may come in either order. Readers therefore order and repair by `rev`; the log is in the database.
 */
export interface Backplane {
  publish(roomId: string, event: RoomEvent): void;
  /** Resolves once events published from now on will be heard. */
  subscribe(roomId: string, listener: (event: RoomEvent) => void): Promise<Unsubscribe>;

  publishControl(event: ControlEvent): void;
  onControl(listener: (event: ControlEvent) => void): Unsubscribe;

  close(): Promise<void>;
}
