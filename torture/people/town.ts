import { memoryBackplane } from "@/server/backplane/memory";
import { config, readConfig, setConfig } from "@/server/config";
import { addMember } from "@/server/domain/memberships";
import { createRoom } from "@/server/domain/rooms";
import { createToken } from "@/server/domain/tokens";
import { signUp } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";
import { openLinks } from "@/server/links/open-links";
import { openMedia } from "@/server/media/open-media";
import { Parsers } from "@/server/parsing/parsers";
import { setShared } from "@/server/shared";
import { openTransfer } from "@/server/transfer/transfer";
import type { Postgres } from "../deployment/postgres";
import type { StoredRoom } from "../history/events";
import type { Person } from "./person";

/**
 * The rooms and people of a run, made past the servers with the domain's own functions, and what the
 * database says of them in the end.
 */
export class Town {
  readonly #postgres: Postgres;
  readonly #names = new Map<string, string>();
  readonly #people: Viewer[] = [];
  #round = 0;
  #mayor: Viewer | undefined;
  #mayorsToken = "";

  constructor(postgres: Postgres, dataDir: string) {
    this.#postgres = postgres;
    setConfig(
      readConfig({
        DATA_DIR: dataDir,
        AUTH_SECRET: "of no use: nobody signs in with a password here",
        SIGN_UPS_PER_ADDRESS_PER_HOUR: "1000000",
        ROOMS_PER_USER: "1000000",
      }),
    );
    const { pool, prisma } = postgres;
    const { storage } = openTransfer(config());
    const parsers = new Parsers();
    const [media, links] = [openMedia(config(), parsers), openLinks(parsers)];
    setShared({ pool, prisma, backplane: memoryBackplane(), storage, media, links });
  }

  /** Somebody new, who is a member of every room that there is. */
  async addPerson(name: string): Promise<Person> {
    const origin = { address: "127.0.0.1", isOnThisMachine: true };
    const viewer = await signUp({ name, ...this.credentialsOf(name), ...origin });
    this.#people.push(viewer);
    for (const roomId of this.#names.keys()) await this.#join(viewer, roomId);
    const { token } = await createToken(viewer, { name: "torture" });
    if (!this.#mayor) {
      this.#mayor = viewer;
      this.#mayorsToken = token;
    }
    return { id: viewer.id, name, token };
  }

  /** Other rooms and other people, who may have the same names. */
  beginAgain(): void {
    this.#round++;
    this.#names.clear();
    this.#people.length = 0;
    this.#mayor = undefined;
  }

  /** What somebody signs in with. */
  credentialsOf(name: string): { email: string; password: string } {
    return { email: `${name}@town${this.#round}.example.org`, password: "a long password" };
  }

  /** The first person: the owner of every room. */
  get mayor(): Person {
    const { id, name } = this.#requireMayor();
    return { id, name, token: this.#mayorsToken };
  }

  /** A room with everybody in it. @returns its id. */
  async addRoom(name: string, kind: "open" | "closed" = "closed"): Promise<string> {
    const mayor = this.#requireMayor();
    const { id } = await createRoom(mayor, { name, kind });
    this.#names.set(id, name);
    for (const viewer of this.#people) if (viewer !== mayor) await this.#join(viewer, id);
    return id;
  }

  /** How far each room's log is. */
  async heads(roomIds: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await this.#postgres.pool.query<{ id: string; lastSeq: number }>(
      `SELECT id, "lastSeq" FROM "Room" WHERE id = ANY($1::uuid[])`,
      [roomIds],
    );
    return new Map(rows.map(({ id, lastSeq }) => [id, lastSeq]));
  }

  async stored(roomIds: readonly string[]): Promise<StoredRoom[]> {
    const heads = await this.heads(roomIds);
    const { rows } = await this.#postgres.pool.query<StoredRoom["messages"][number]>(
      `SELECT id, "roomId", seq, rev, "clientId", body AS message, "authorId" AS "senderId",
         "deletedAt" IS NOT NULL AS "isDeleted", links IS NOT NULL AS "hasLinks"
       FROM "Message" WHERE "roomId" = ANY($1::uuid[]) ORDER BY "roomId", seq`,
      [roomIds],
    );
    return roomIds.map((roomId) => ({
      roomId,
      name: this.#names.get(roomId) ?? roomId,
      lastSeq: heads.get(roomId) ?? 0,
      messages: rows.filter((row) => row.roomId === roomId),
    }));
  }

  #requireMayor(): Viewer {
    if (!this.#mayor) throw new Error("A town has people before it has rooms.");
    return this.#mayor;
  }

  async #join(viewer: Viewer, roomId: string): Promise<void> {
    if (this.#mayor) await addMember(this.#mayor, roomId, viewer.id);
  }
}
