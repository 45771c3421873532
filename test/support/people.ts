import { signUp } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";

export const PASSWORD = "correct horse battery";

let people = 0;

/** Somebody new who has just signed up. The first in a file owns the server. */
export function newPerson(name: string, more: { email?: string; inviteToken?: string } = {}): Promise<Viewer> {
  people++;
  return signUp({
    name,
    email: `${name.toLowerCase()}-${people}@example.com`,
    password: PASSWORD,
    address: newAddress(),
    isOnThisMachine: true,
    ...more,
  });
}

/** An address that nobody was counted under yet. */
export function newAddress(): string {
  people++;
  return `10.${(people >> 16) & 255}.${(people >> 8) & 255}.${people & 255}`;
}
