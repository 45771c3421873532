import type { Room } from "@/protocol/frames";
import { findRoom } from "@/server/domain/room-summary";
import type { StoredRoom } from "@/server/domain/stored-rooms";

/** What a room says of itself, as it was last told here: the word that it changed may be lost on its way. */
export class RoomDetails {
  readonly #roomId: string;
  readonly #tell: (room: Room) => void;
  #told: string | undefined;

  constructor(roomId: string, tell: (room: Room) => void) {
    this.#roomId = roomId;
    this.#tell = tell;
  }

  /** Who joins from now on knows as much. A word of a change that came meanwhile is the newer one. */
  start(stored: StoredRoom): void {
    this.#told ??= fingerprint(stored);
  }

  hear(room: Room): void {
    this.#told = fingerprint(room);
    this.#tell(room);
  }

  /** Tells what the database has, if that is something else, and no word of it came while it was read. */
  async compare(stored: StoredRoom): Promise<void> {
    const told = this.#told;
    if (fingerprint(stored) === told) return;
    const room = await findRoom(this.#roomId);
    if (room && this.#told === told && fingerprint(room) !== told) this.hear(room);
  }
}

function fingerprint({ name, topic, kind, picture, archivedAt }: Omit<StoredRoom, "isDeleted">): string {
  return JSON.stringify([name, topic, kind, picture, archivedAt]);
}
