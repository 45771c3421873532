import { LOBBY_SLUG } from "@/protocol/limits";
import { config } from "@/server/config";
import type { Prisma } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { countAttempt, countSignUp, forgiveAttempt } from "./attempts";
import { credentials, newUser, parse, passwordChange } from "./fields";
import { isFirstRun, openServer } from "./first-run";
import { acceptOpenInvite, admit, type OpenInvite, requireInvite } from "./invites";
import { hashPassword, isPassword, NOBODYS_HASH } from "./passwords";
import { Refused } from "./refused";
import { raiseSessionVersion, requireUser } from "./sessions";
import type { Viewer } from "./viewer";

export { isFirstRun };

export type SignUp = { name: string; email: string; password: string; inviteToken?: string; address: string };
export type SignIn = { email: string; password: string; address: string };

/**
 * Makes an account; the very first one owns the server. Who signs up with the address and password that
 * they have already is signed in, and every other taken address gets the one refusal that says nothing
 * about it (docs/decisions/sign-up-keeps-secrets.md).
 */
export async function signUp({ inviteToken, address, ...fields }: SignUp): Promise<Viewer> {
  const user = parse(newUser, fields);
  await countSignUp(address);
  const invite = inviteToken ? await requireInvite(inviteToken) : null;
  if (!invite && !(await isFirstRun())) requireOpenSignUp();

  const taken = await findByEmail(user.email);
  const id = taken ? null : await createUser(user, invite);
  return id ? requireUser(id) : signInInstead({ ...user, address }, invite);
}

/**
 * @throws Refused "unauthorized" for an unknown address and for a wrong password, in the same time and
 * words; "rate_limited" after many of either.
 */
export async function signIn({ address, ...fields }: SignIn): Promise<Viewer> {
  const { email, password } = parse(credentials, fields);
  const attempt = { account: email, address };
  await countAttempt(attempt);

  const user = await findByEmail(email);
  const right = await isPassword(user?.passwordHash ?? NOBODYS_HASH, password);
  if (!user || !right) throw new Refused("unauthorized", "Email address and password do not match.");

  await forgiveAttempt(attempt);
  return requireUser(user.id);
}

/**
 * Ends every session that was made with the old password, on every process.
 * @returns the viewer under their new session version, to sign this browser in again.
 */
export async function changePassword(viewer: Viewer, input: { current: string; next: string }): Promise<Viewer> {
  const { current, next } = parse(passwordChange, input);
  await countAttempt({ account: viewer.email });

  const user = await shared().prisma.user.findUniqueOrThrow({ where: { id: viewer.id } });
  if (!(await isPassword(user.passwordHash, current))) {
    throw new Refused("invalid", "This is not your current password.", { field: "current" });
  }
  await forgiveAttempt({ account: viewer.email });
  return raiseSessionVersion(viewer, { passwordHash: await hashPassword(next) });
}

type NewUser = { name: string; email: string; password: string };

/** @returns the new user's id; null when the address was taken meanwhile. */
async function createUser({ name, email, password }: NewUser, invite: OpenInvite | null): Promise<string | null> {
  const user = { name, email, passwordHash: await hashPassword(password) };
  const owner = (await isFirstRun()) ? await openServer(user) : null;
  if (owner) return owner.id;
  if (!invite) requireOpenSignUp();

  return shared().prisma.$transaction(async (tx) => {
    const [created] = await tx.user.createManyAndReturn({ data: [user], skipDuplicates: true, select: { id: true } });
    if (!created) return null;
    await joinLobby(tx, created.id);
    if (invite) await admit(tx, created.id, invite);
    return created.id;
  });
}

/** Only the right password tells its owner from a stranger; whatever else went wrong, the words are the same. */
async function signInInstead(user: SignIn, invite: OpenInvite | null): Promise<Viewer> {
  let viewer: Viewer;
  try {
    viewer = await signIn(user);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused(
      "forbidden",
      "This did not make an account. If you have one already, sign in instead; if not, try another address.",
    );
  }
  if (invite) await acceptOpenInvite(viewer, invite);
  return viewer;
}

function requireOpenSignUp(): void {
  if (config().signUp === "open") return;
  throw new Refused("forbidden", "Signing up here takes an invite link: ask somebody who is in for one.");
}

async function joinLobby(tx: Prisma.TransactionClient, userId: string): Promise<void> {
  const lobby = await tx.room.findFirst({ where: { slug: LOBBY_SLUG, kind: "open", archivedAt: null } });
  if (lobby) await tx.membership.create({ data: { roomId: lobby.id, userId } });
}

function findByEmail(email: string) {
  return shared().prisma.user.findFirst({ where: { email, role: { not: "system" } } });
}
