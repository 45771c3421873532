import type { Pool } from "pg";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { config } from "@/server/config";
import { shared } from "@/server/shared";
import { networkOf } from "./networks";
import { Refused } from "./refused";
import { sha256 } from "./sha256";

const FIRST_DELAY_MS = 1_000;
/** An account slows down no further than this: its person is never locked out by somebody else's guesses. */
const ACCOUNT_DELAY_MAX_MS = 60_000;
const ADDRESS_DELAY_MAX_MS = 15 * 60_000;
const FORGET_AFTER_S = 24 * 60 * 60;
const HOUR_S = 60 * 60;

/** Whose password is tried, and from where; without an address the account alone is counted. */
export type Attempt = { account: string; address?: string };

/**
 * Counts an attempt to give a password before the password is looked at, so that a thousand guesses at
 * once are counted as a thousand. Beyond the free ones, each has to keep twice the distance of the one
 * before. An account is counted whether or not it exists.
 * @throws Refused "rate_limited"
 */
export async function countAttempt({ account, address }: Attempt): Promise<void> {
  const { perAccount, perAddress } = config().signInAttempts;

  if (address) await slowDown(addressKey(address), perAddress, ADDRESS_DELAY_MAX_MS);
  try {
    await slowDown(accountKey(account), perAccount, ACCOUNT_DELAY_MAX_MS);
  } catch (error) {
    if (address) await giveBack(addressKey(address));
    throw error;
  }
}

/** A right password forgets the account's wrong ones; an address is only given back this one attempt. */
export async function forgiveAttempt({ account, address }: Attempt): Promise<void> {
  const { attempts, gate } = limiters();
  const key = accountKey(account);
  await Promise.all([attempts.delete(key), gate.delete(key), address && giveBack(addressKey(address))]);
}

/** @throws Refused "rate_limited" */
export async function countSignUp(address: string): Promise<void> {
  try {
    await limiters().signUps.consume(networkOf(address), 1);
  } catch (error) {
    throw tooMany(error, "Many accounts were made from where you are");
  }
}

/** How long an attempt has to wait for the one before it. */
export function delayMs(attempts: number, free: number, maxMs: number): number {
  return attempts <= free ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (attempts - free - 1), maxMs);
}

async function slowDown(key: string, free: number, maxMs: number): Promise<void> {
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

/** Hashed: what people mistype into an address field is nobody's to read in a table. */
function accountKey(account: string): string {
  return `account:${sha256(account)}`;
}

function addressKey(address: string): string {
  return `address:${networkOf(address)}`;
}

type Limiters = { attempts: RateLimiterPostgres; gate: RateLimiterPostgres; signUps: RateLimiterPostgres };
const limitersOf = new WeakMap<Pool, Limiters>();

function limiters(): Limiters {
  const { pool } = shared();
  const known = limitersOf.get(pool);
  if (known) return known;

  const table = { storeClient: pool, storeType: "pool", tableName: "rate_limits", tableCreated: true };
  const made = {
    attempts: new RateLimiterPostgres({ ...table, keyPrefix: "attempts", points: 1, duration: FORGET_AFTER_S }),
    gate: new RateLimiterPostgres({ ...table, keyPrefix: "gate", points: 1, duration: 1 }),
    signUps: new RateLimiterPostgres({
      ...table,
      keyPrefix: "sign-ups",
      points: config().signUpsPerAddressPerHour,
      duration: HOUR_S,
    }),
  };
  limitersOf.set(pool, made);
  return made;
}
