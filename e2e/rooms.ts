import type { Room } from "@/protocol/frames";
import type { TestPerson } from "../test/support/person";

type Somebody = { person: TestPerson };

/** A closed room, which no other test sees, with these people in it; the first is its owner. */
export async function meet(name: string, [host, ...guests]: [Somebody, ...Somebody[]]): Promise<Room> {
  const room = await host.person.call<Room>("POST", "/api/rooms", { name, kind: "closed" });
  for (const { person } of guests) {
    await host.person.call("POST", `/api/rooms/${room.id}/members`, { userId: person.id });
  }
  return room;
}

/** Every test of a worker sees the public rooms of the others: their names must differ. */
export function uniqueName(name: string): string {
  return `${name} ${crypto.randomUUID().slice(0, 8)}`;
}
