import type { Pool } from "pg";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { config } from "@/server/config";
import { shared } from "@/server/shared";
import { networkOf } from "./networks";
import { Refused } from "./refused";
import { sha256 } from "./sha256";

const FIRST_DELAY_MS = 1_000;
/** One place that guesses at one account is slowed down to this. */
const PLACE_DELAY_MAX_MS = 5 * 60_000;
/** What strangers share is slowed down softly: it also delays those who come for the first time and know the password. */
const NETWORK_DELAY_MAX_MS = 30_000;
const ACCOUNT_DELAY_MAX_MS = 10_000;
/** Failures at one account from everywhere, as a multiple of those from one place, before strangers have to wait. */
const ACCOUNT_FREE_FACTOR = 10;
const FORGET_AFTER_S = 24 * 60 * 60;
/** A network is known to an account for this long after a sign-in from there. */
const KNOWN_FOR_S = 30 * 24 * 60 * 60;
const HOUR_S = 60 * 60;

/** Where a password is given: from a network, maybe on a device that the account knows; or in a session or by a token. */
export type Place = { address: string; deviceId?: string | null } | { proofId: string };
/** Whose password is tried, by the e-mail address that was typed, and where. */
export type Attempt = { account: string; place: Place };
/** An attempt under the keys that it was counted for. */
export type CountedAttempt = Attempt & { keys: string[] };

/**
 * Counts an attempt to give a password before the password is looked at, so that a thousand guesses at once are counted
 * as a thousand. Failures are counted for the account at this place; and, unless the account knows the place, for the
 * network and for the account as a whole (docs/decisions/guesses-are-counted-by-place.md). Beyond the free ones each
 * attempt has to keep twice the distance of the one before. An account is counted whether or not it exists.
 * @throws Refused "rate_limited"
 */
export async function countAttempt(attempt: Attempt): Promise<CountedAttempt> {
  const { perAccount, perAddress } = config().signInAttempts;
  const { account, place } = attempt;
  const gates: Gate[] = [{ key: placeKey(attempt), free: perAccount, maxMs: PLACE_DELAY_MAX_MS }];
  if ("address" in place && !(await isKnown(account, place))) {
    gates.push(
      { key: networkKey(place.address), free: perAddress, maxMs: NETWORK_DELAY_MAX_MS },
      { key: accountKey(account), free: perAccount * ACCOUNT_FREE_FACTOR, maxMs: ACCOUNT_DELAY_MAX_MS },
    );
  }

  const keys: string[] = [];
  for (const gate of gates) {
    try {
      await slowDown(gate);
      keys.push(gate.key);
    } catch (error) {
      await Promise.all(keys.map(giveBack));
      throw error;
    }
  }
  return { ...attempt, keys };
}

/** A right password forgets the wrong ones at this place, takes this attempt back elsewhere, and makes the network known. */
export async function forgiveAttempt({ account, place, keys: [own = "", ...others] }: CountedAttempt): Promise<void> {
  const { attempts, gate } = limiters();
  await Promise.all([attempts.delete(own), gate.delete(own), ...others.map(giveBack), remember(account, place)]);
}

/** A network from which an account was just made, or signed in to, is known to that account. */
export async function remember(account: string, place: Place): Promise<void> {
  if ("address" in place) await limiters().known.set(knownKey(account, place.address), 1, KNOWN_FOR_S);
}

/**
 * @param inviteId of the good invite that the visitor shows: others on their network do not use up its accounts.
 * @throws Refused "rate_limited"
 */
export async function countSignUp(address: string, inviteId?: string): Promise<void> {
  const network = networkOf(address);
  try {
    await limiters().signUps.consume(inviteId ? `${network} ${inviteId}` : network, 1);
  } catch (error) {
    throw tooMany(error, "Many accounts were made from where you are");
  }
}

/** How long an attempt has to wait for the one before it. */
export function delayMs(attempts: number, free: number, maxMs: number): number {
  return attempts <= free ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (attempts - free - 1), maxMs);
}

type Gate = { key: string; free: number; maxMs: number };

async function slowDown({ key, free, maxMs }: Gate): Promise<void> {
  const { attempts, gate } = limiters();
  const { consumedPoints } = await attempts.penalty(key, 1);
  const delay = delayMs(consumedPoints, free, maxMs);
  if (delay === 0) return;

  try {
    await gate.consume(key, 1, { customDuration: delay / 1_000 });
  } catch (error) {
    await giveBack(key);
    throw tooMany(error, "That was tried often");
  }
}

async function giveBack(key: string): Promise<void> {
  await limiters().attempts.reward(key, 1);
}

async function isKnown(account: string, { address, deviceId }: { address: string; deviceId?: string | null }) {
  return Boolean(deviceId) || (await limiters().known.get(knownKey(account, address))) !== null;
}

function tooMany(error: unknown, what: string): unknown {
  if (!(error instanceof RateLimiterRes)) return error;
  const retryAfterMs = Math.max(1, Math.ceil(error.msBeforeNext));
  return new Refused("rate_limited", `${what}: please wait ${inWords(retryAfterMs)} and try again.`, { retryAfterMs });
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds <= 1) return "a second";
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

/** Accounts are hashed: what people mistype into an address field is nobody's to read in a table. */
function placeKey({ account, place }: Attempt): string {
  if ("proofId" in place) return `proof:${place.proofId}`;
  const { address, deviceId } = place;
  return `${sha256(account)} ${deviceId ? `device:${deviceId}` : networkOf(address)}`;
}

function networkKey(address: string): string {
  return `address:${networkOf(address)}`;
}

function accountKey(account: string): string {
  return `account:${sha256(account)}`;
}

function knownKey(account: string, address: string): string {
  return `${sha256(account)} ${networkOf(address)}`;
}

type Limiters = Record<"attempts" | "gate" | "known" | "signUps", RateLimiterPostgres>;
const limitersOf = new WeakMap<Pool, Limiters>();

function limiters(): Limiters {
  const { pool } = shared();
  const made = limitersOf.get(pool);
  if (made) return made;

  const table = { storeClient: pool, storeType: "pool", tableName: "rate_limits", tableCreated: true };
  const limiter = (keyPrefix: string, points: number, duration: number) =>
    new RateLimiterPostgres({ ...table, keyPrefix, points, duration });
  const limiters = {
    attempts: limiter("attempts", 1, FORGET_AFTER_S),
    gate: limiter("gate", 1, 1),
    known: limiter("known", 1, KNOWN_FOR_S),
    signUps: limiter("sign-ups", config().signUpsPerAddressPerHour, HOUR_S),
  };
  limitersOf.set(pool, limiters);
  return limiters;
}
