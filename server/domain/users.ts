import { LOBBY_SLUG } from "@/protocol/limits";
import { config } from "@/server/config";
import type { Prisma } from "@/server/db/generated/client";
import { logOncePer } from "@/server/log-once-per";
import { metrics } from "@/server/metrics";
import { shared } from "@/server/shared";
import { countAttempt, countSignUp, forgiveAttempt, remember } from "./attempts";
import { requirePassword } from "./confirmation";
import { findDevice } from "./device-cookie";
import { credentials, newUser, parse, passwordChange } from "./fields";
import { isFirstRun, openServer } from "./first-run";
import { acceptOpenInvite, admit, type OpenInvite, requireInvite } from "./invites";
import { hashPassword, isPassword, NOBODYS_HASH } from "./passwords";
import { Refused } from "./refused";
import { raiseSessionVersion, requireUser, type SessionProof } from "./sessions";
import { requireFounder } from "./setup-links";
import type { Viewer } from "./viewer";

export { isFirstRun };

const SECOND_MS = 1_000;

/** Where a visitor is: their address, whether that is this machine, and their browser's Cookie header when it has one. */
export type Origin = { address: string; isOnThisMachine?: boolean; cookie?: string };
export type SignUp = Origin & {
  name: string;
  email: string;
  password: string;
  inviteToken?: string;
  setupToken?: string;
};
export type SignIn = Origin & { email: string; password: string };

/**
 * Makes an account; the very first one owns the server, and takes a setup link or this machine. Who signs up with the address and password that
 * they have already is signed in, and every other taken address gets the one refusal that says nothing
 * about it (docs/decisions/sign-up-keeps-secrets.md).
 */
export async function signUp({ inviteToken, address, cookie, ...visitor }: SignUp): Promise<Viewer> {
  const user = parse(newUser, visitor);
  const invite = await countVisitor(address, inviteToken);
  const isFirst = await isFirstRun();
  if (isFirst) await requireFounder(visitor);
  else if (!invite) requireOpenSignUp();

  const taken = await findByEmail(user.email);
  const id = taken ? null : await createUser(user, invite, { isFirst });
  if (!id) return signInInstead({ ...user, address, cookie }, invite);
  await remember(user.email, { address });
  return requireUser(id);
}

/**
 * @throws Refused "unauthorized" for an unknown address and for a wrong password, in the same time and
 * words; "rate_limited" after many of either.
 */
export async function signIn({ address, cookie, ...fields }: SignIn): Promise<Viewer> {
  const { email, password } = parse(credentials, fields);
  const user = await findByEmail(email);
  const deviceId = user && findDevice(cookie, user.id);
  const attempt = await countAttempt({ account: email, place: { address, deviceId } }).catch((error) => {
    noteSignIn("too_many", { address, userId: user?.id });
    throw error;
  });

  const right = await isPassword(user?.passwordHash ?? NOBODYS_HASH, password);
  noteSignIn(right && user ? (user.deactivatedAt ? "deactivated" : "signed_in") : "no_match", {
    address,
    userId: user?.id,
  });
  if (!user || !right) throw new Refused("unauthorized", "Email address and password do not match.");

  await forgiveAttempt(attempt);
  // Only who knows the password learns of it.
  if (user.deactivatedAt) throw new Refused("forbidden", "This account is deactivated. Ask an owner of this server.");
  return requireUser(user.id);
}

/**
 * Ends every session that was made with the old password, on every process, and unless `revokeTokens` is false every API
 * token of the account.
 * @returns the viewer under their new session version, to sign this browser in again.
 */
export async function changePassword(
  proof: SessionProof,
  input: { currentPassword: string; password: string; revokeTokens?: boolean },
): Promise<Viewer> {
  const { currentPassword, password, revokeTokens } = parse(passwordChange, input);
  await requirePassword(proof, currentPassword);
  return raiseSessionVersion(proof.viewer, { passwordHash: await hashPassword(password), revokeTokens });
}

/** Counts a sign-up for its network; who shows a good invite is counted under it. @throws Refused */
async function countVisitor(address: string, inviteToken: string | undefined): Promise<OpenInvite | null> {
  if (!inviteToken) {
    await countSignUp(address);
    return null;
  }
  try {
    const invite = await requireInvite(inviteToken);
    await countSignUp(address, invite.id);
    return invite;
  } catch (error) {
    if (error instanceof Refused && error.code === "invite_invalid") await countSignUp(address);
    throw error;
  }
}

type Outcome = "signed_in" | "no_match" | "deactivated" | "too_many";

/** What was typed as an address is not logged: it may be a password. */
function noteSignIn(outcome: Outcome, about: { address: string; userId: string | undefined }): void {
  metrics().signIns.inc({ outcome });
  if (outcome === "signed_in") return;
  logOncePer(SECOND_MS, `sign-in ${about.address} ${outcome}`, "info", { ...about, outcome }, "A sign-in failed.");
}

type NewUser = { name: string; email: string; password: string };

/** @returns the new user's id; null when the address was taken meanwhile. */
async function createUser(
  { name, email, password }: NewUser,
  invite: OpenInvite | null,
  { isFirst }: { isFirst: boolean },
): Promise<string | null> {
  const user = { name, email, passwordHash: await hashPassword(password) };
  const owner = isFirst ? await openServer(user) : null;
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
