import { encode } from "next-auth/jwt";
import { beforeEach, expect, it } from "vitest";
import { readConfig, setConfig } from "@/server/config";
import {
  findSessionClaims,
  type NewSession,
  resealSession,
  SESSION_COOKIE,
  SESSION_MAX_AGE_S,
  sealSession,
  wantsRenewal,
} from "./session-cookie";

const SECRET = "a-secret-of-the-tests-that-guards-nothing";
const USER_ID = "0198c5de-0000-7000-8000-000000000001";
const SESSION_ID = "0198c5de-0000-4000-8000-000000000002";
const session: NewSession = {
  userId: USER_ID,
  sessionId: SESSION_ID,
  sessionVersion: 3,
  confirmedAt: new Date(1_700_000_000_000),
};

beforeEach(() => setConfig(readConfig({ AUTH_SECRET: SECRET })));

it("finds a session among other cookies", async () => {
  const cookie = `theme=dark; ${SESSION_COOKIE(false)}=${await sealSession(session)}; last=1`;
  expect(await findSessionClaims(cookie)).toMatchObject(session);
});

it("finds a session that was sealed with the secret before, and none that was sealed with another one", async () => {
  const cookie = `${SESSION_COOKIE(false)}=${await sealSession(session)}`;
  const next = "the-next-secret-of-the-tests-that-guards-nothing";
  setConfig(readConfig({ AUTH_SECRET: `${next}-2` }));
  expect(await findSessionClaims(cookie)).toBeNull();
  setConfig(readConfig({ AUTH_SECRET: next, AUTH_SECRET_PREVIOUS: SECRET }));
  expect(await findSessionClaims(cookie)).toMatchObject(session);
  const sealedAnew = `${SESSION_COOKIE(false)}=${await sealSession(session)}`;
  setConfig(readConfig({ AUTH_SECRET: next }));
  expect(await findSessionClaims(sealedAnew)).toMatchObject(session);
});

it("seals a session that is used with the secret of now, until the moment when it would have ended", async () => {
  const name = SESSION_COOKIE(false);
  const before = `${name}=${await sealSession(session, 1_000)}`;
  expect(await resealSession(before)).toBeNull();
  const next = "the-next-secret-of-the-tests-that-guards-nothing";
  setConfig(readConfig({ AUTH_SECRET: next, AUTH_SECRET_PREVIOUS: SECRET }));
  const header = (await resealSession(`theme=dark; ${before}`)) ?? "";
  expect(header).toMatch(/; Max-Age=(1000|999); Path=\/; HttpOnly; SameSite=Lax$/);
  const after = header.split(";", 1)[0];
  expect(await resealSession(after)).toBeNull();
  expect(await resealSession(`${name}=nonsense`)).toBeNull();
  expect(await resealSession(undefined)).toBeNull();

  setConfig(readConfig({ AUTH_SECRET: next }));
  const [was, is] = [await findSessionClaims(before, Date.now() + 120_000), await findSessionClaims(after)];
  expect(was).toBeNull();
  expect(is).toMatchObject(session);
  expect((is?.expiresAt.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(1_001_000);
});

it("finds a session that next-auth has split over several cookies", async () => {
  const sealed = await sealSession(session);
  const half = sealed.length / 2;
  const name = SESSION_COOKIE(false);
  expect(await findSessionClaims(`${name}.1=${sealed.slice(half)}; ${name}.0=${sealed.slice(0, half)}`)).toMatchObject(
    session,
  );
});

it("takes on HTTPS only the cookie that a plain connection cannot set", async () => {
  setConfig(readConfig({ AUTH_SECRET: SECRET, PUBLIC_URL: "https://chat.example.com" }));
  const sealed = await sealSession(session);
  expect(await findSessionClaims(`next-auth.session-token=${sealed}`)).toBeNull();
  expect(await findSessionClaims(`__Secure-next-auth.session-token=${sealed}`)).toMatchObject(session);
});

it("finds none without a cookie, in a damaged one, or in one of another secret", async () => {
  const name = SESSION_COOKIE(false);
  const sealed = await sealSession(session);
  const foreign = await encode({
    token: { sub: USER_ID, sid: SESSION_ID, sessionVersion: 3 },
    secret: "another secret altogether",
  });

  expect(await findSessionClaims(undefined)).toBeNull();
  expect(await findSessionClaims("")).toBeNull();
  expect(await findSessionClaims(`${name}=`)).toBeNull();
  expect(await findSessionClaims(`${name}=${sealed.slice(0, -2)}`)).toBeNull();
  expect(await findSessionClaims(`${name}=not.a.token`)).toBeNull();
  expect(await findSessionClaims(`${name}=${foreign}`)).toBeNull();
});

it("finds none in a token of ours that is no session's", async () => {
  const token = await encode({ token: { sub: USER_ID }, secret: SECRET });
  expect(await findSessionClaims(`${SESSION_COOKIE(false)}=${token}`)).toBeNull();
});

it("finds none whose user or session is no id, for it would fail every look-up that it is part of", async () => {
  for (const ids of [
    { sub: "u", sid: SESSION_ID },
    { sub: USER_ID, sid: "s" },
  ]) {
    const token = await encode({ token: { ...ids, sessionVersion: 3 }, secret: SECRET });
    expect(await findSessionClaims(`${SESSION_COOKIE(false)}=${token}`)).toBeNull();
  }
});

it("is renewed in its second half", () => {
  const halfMs = (SESSION_MAX_AGE_S * 1_000) / 2;
  expect(wantsRenewal(new Date(halfMs), 0)).toBe(false);
  expect(wantsRenewal(new Date(halfMs - 1), 0)).toBe(true);
});

it("forgets a session that it remembered when the session runs out", async () => {
  const sealed = await encode({
    token: { sub: USER_ID, sid: SESSION_ID, sessionVersion: 3 },
    secret: SECRET,
    maxAge: 20,
  });
  const cookie = `${SESSION_COOKIE(false)}=${sealed}`;
  const claims = await findSessionClaims(cookie);

  const unconfirmed = { ...session, confirmedAt: null };
  expect(claims).toMatchObject(unconfirmed);
  expect(await findSessionClaims(cookie, (claims?.expiresAt.getTime() ?? 0) - 1)).toMatchObject(unconfirmed);
  expect(await findSessionClaims(cookie, claims?.expiresAt.getTime())).toBeNull();
});

it("decrypts a cookie that comes again only once", async () => {
  const cookie = `${SESSION_COOKIE(false)}=${await sealSession({ ...session, sessionId: "again" })}`;
  expect(await findSessionClaims(cookie)).toBe(await findSessionClaims(cookie));
});
