import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { sha256 } from "../../server/domain/sha256";

/** Who is there: every socket is a person of their own, with a token of their own, in one room. */
export type Crowd = { rooms: number; members: number };

export const crowdName = ({ rooms, members }: Crowd) => `${rooms}x${members}`;

export const roomSlug = (room: number) => `room-${String(room).padStart(5, "0")}`;

/** A token as Adda makes them in form; these are derived, so that the driver's plan needs no database. */
export const tokenOf = (person: number) => `adda_${sha256(`bench ${person}`)}`;

/** Writes the driver's plan: one line a socket, the room and the token. */
export function writePlan({ rooms, members }: Crowd, directory: string): string {
  const file = join(directory, `plan-${rooms}x${members}.txt`);
  const lines: string[] = [];
  for (let person = 0; person < rooms * members; person++) {
    lines.push(`${roomSlug(Math.floor(person / members))} ${tokenOf(person)}`);
  }
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

/** Puts the crowd into a migrated database: people, tokens, rooms, memberships. */
export async function seedCrowd(client: Client, { rooms, members }: Crowd): Promise<void> {
  const people = rooms * members;
  const hashes = Array.from({ length: people }, (_, person) => sha256(tokenOf(person)));
  await client.query(
    `INSERT INTO "User" (id, name, email, "passwordHash")
     SELECT ${uuid("1", "n")}, 'Person ' || n, 'person-' || n || '@bench.invalid', 'none' FROM generate_series(0, $1::int - 1) n`,
    [people],
  );
  await client.query(
    `INSERT INTO "Token" (id, "userId", name, "tokenHash")
     SELECT ${uuid("2", "n - 1")}, ${uuid("1", "n - 1")}, 'bench', hash FROM unnest($1::text[]) WITH ORDINALITY AS h(hash, n)`,
    [hashes],
  );
  await client.query(
    `INSERT INTO "Room" (id, slug, name, "createdById")
     SELECT ${uuid("3", "n")}, 'room-' || lpad(n::text, 5, '0'), 'Room ' || n, ${uuid("1", "0")} FROM generate_series(0, $1::int - 1) n`,
    [rooms],
  );
  await client.query(
    `INSERT INTO "Membership" ("roomId", "userId")
     SELECT ${uuid("3", "n / $2::int")}, ${uuid("1", "n")} FROM generate_series(0, $1::int - 1) n`,
    [people, members],
  );
  await client.query("ANALYZE");
}

/** SQL for the id of the n-th row of a kind. */
export function uuid(kind: string, n: string): string {
  return `('0190${kind}000-0000-7000-8000-' || lpad(to_hex((${n})::bigint), 12, '0'))::uuid`;
}
