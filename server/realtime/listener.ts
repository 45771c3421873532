import type { Person } from "@/protocol/frames";

/** Someone who listens to rooms: a connection, as the hub sees it. */
export type Listener = {
  readonly person: Person;
  readonly isOpen: boolean;
  /** Takes bytes of whole frames. */
  write(bytes: Buffer): void;
  /** The room is closed to this listener now. */
  dismissed(roomId: string): void;
  /** What was heard here does not hold: to be asked for anew, on another connection. */
  sendElsewhere(): void;
};
