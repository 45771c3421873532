import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ControlEvent } from "@/server/backplane/backplane";
import { setConfig } from "@/server/config";
import { requireConfirmed } from "@/server/domain/confirmation";
import { sealSession } from "@/server/domain/session-cookie";
import {
  checkSession,
  endSession,
  endSessions,
  findViewerBySession,
  findViewerByToken,
  SESSION_COOKIE,
  type SessionProof,
} from "@/server/domain/sessions";
import { createToken, listTokens, revokeToken } from "@/server/domain/tokens";
import { changePassword } from "@/server/domain/users";
import { testConfig, useTestDomain } from "../support/domain";
import { newPerson, PASSWORD } from "../support/people";
import { cookieOf, proofOf, rest } from "../support/rest";

const shared = useTestDomain();

afterEach(() => {
  vi.useRealTimers();
  setConfig(testConfig());
});

async function signedIn(name: string) {
  const viewer = await newPerson(name);
  const { cookie } = await cookieOf(viewer);
  return { viewer, cookie, proof: (await findViewerBySession(cookie)) as SessionProof };
}

async function controlDuring(act: () => Promise<unknown>): Promise<ControlEvent[]> {
  const events: ControlEvent[] = [];
  const stop = shared().backplane.onControl((event) => events.push(event));
  await act();
  stop();
  return events;
}

describe("a token", () => {
  it("is shown once, kept as a hash, and stands for its person", async () => {
    const { viewer } = await signedIn("Grace");
    const made = await createToken(viewer, { name: " My  bot " });

    expect(made).toEqual({
      id: expect.any(String),
      name: "My bot",
      createdAt: expect.any(String),
      expiresAt: null,
      token: expect.stringMatching(/^adda_[\w-]{43}$/),
    });
    expect(JSON.stringify(await shared().prisma.token.findMany())).not.toContain(made.token);
    expect(await listTokens(viewer)).toEqual([
      { id: made.id, name: "My bot", createdAt: made.createdAt, expiresAt: null, lastUsedAt: null },
    ]);
    const proof = { viewer, kind: "token", tokenId: made.id, expiresAt: null, confirmedAt: null };
    expect(await findViewerByToken(made.token)).toEqual(proof);
    expect(await findViewerByToken(`Bearer ${made.token}`)).toEqual(proof);
    expect(await checkSession(proof as SessionProof)).toBe(true);
  });

  it("that is none stands for nobody", async () => {
    for (const token of ["", "adda_", `adda_${"x".repeat(43)}`, "Bearer", "nul\0", "x".repeat(10_000)]) {
      expect(await findViewerByToken(token)).toBeNull();
    }
  });

  it("notes when it was used, at most once a minute", async () => {
    const { viewer } = await signedIn("Grace");
    const { id, token } = await createToken(viewer, { name: "bot" });
    const usedAt = async () => (await listTokens(viewer))[0]?.lastUsedAt;

    await findViewerByToken(token);
    const first = await usedAt();
    expect(first).toEqual(expect.any(String));
    await findViewerByToken(token);
    expect(await usedAt()).toBe(first);

    await shared().prisma.token.update({ where: { id }, data: { lastUsedAt: new Date(Date.now() - 61_000) } });
    await findViewerByToken(token);
    expect(new Date((await usedAt()) ?? 0).getTime()).toBeGreaterThanOrEqual(new Date(first ?? 0).getTime());
  });

  it("that is revoked is no longer good, and the sockets that it opened are told", async () => {
    const { viewer } = await signedIn("Grace");
    const { id, token } = await createToken(viewer, { name: "bot" });
    const proof = (await findViewerByToken(token)) as SessionProof;

    expect(await controlDuring(() => revokeToken(viewer, id))).toEqual([{ type: "token-ended", tokenId: id }]);
    expect(await findViewerByToken(token)).toBeNull();
    expect(await checkSession(proof)).toBe(false);
    await expect(revokeToken(viewer, id)).rejects.toMatchObject({ code: "not_found" });
  });

  it("is its person's alone to see and to revoke", async () => {
    const { viewer } = await signedIn("Grace");
    const { viewer: other } = await signedIn("Mary");
    const { id, token } = await createToken(viewer, { name: "bot" });

    expect(await listTokens(other)).toEqual([]);
    await expect(revokeToken(other, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(revokeToken(other, "nonsense")).rejects.toMatchObject({ code: "not_found" });
    expect(await findViewerByToken(token)).not.toBeNull();
  });

  it("is refused without a name, and beyond the most", async () => {
    const { viewer } = await signedIn("Grace");
    await expect(createToken(viewer, { name: "" })).rejects.toMatchObject({ details: { field: "name" } });
    setConfig(testConfig({ TOKENS_PER_USER: "1" }));
    await createToken(viewer, { name: "one" });
    await expect(createToken(viewer, { name: "two" })).rejects.toMatchObject({ code: "too_many" });
  });

  it("is made no more often than the most, however many ask at once", async () => {
    const { viewer } = await signedIn("Grace");
    setConfig(testConfig({ TOKENS_PER_USER: "5" }));
    await Promise.allSettled(Array.from({ length: 12 }, (_, n) => createToken(viewer, { name: `bot ${n}` })));
    expect(await listTokens(viewer)).toHaveLength(5);
  });

  it("is good until it expires, and then refused, listed, and not counted", async () => {
    const { viewer } = await signedIn("Grace");
    setConfig(testConfig({ TOKENS_PER_USER: "1" }));
    const made = await createToken(viewer, { name: "bot", expiresInDays: 30 });
    const proof = (await findViewerByToken(made.token)) as SessionProof;
    expect(proof.expiresAt?.toISOString()).toBe(made.expiresAt);
    expect(Date.parse(made.expiresAt ?? "") - Date.now()).toBeCloseTo(30 * 24 * 60 * 60_000, -4);

    await shared().prisma.token.update({ where: { id: made.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await findViewerByToken(made.token)).toBeNull();
    expect(await checkSession(proof)).toBe(false);
    expect(await listTokens(viewer)).toMatchObject([{ id: made.id }]);
    await createToken(viewer, { name: "its successor" });
    for (const expiresInDays of [0, 1.5, -1, 4_000, Number.NaN]) {
      await expect(createToken(viewer, { name: "odd", expiresInDays })).rejects.toMatchObject({
        details: { field: "expiresInDays" },
      });
    }
  });

  it("is made by no session that a new password has just ended", async () => {
    const { viewer, proof } = await signedIn("Grace");
    await changePassword(proof, { currentPassword: PASSWORD, password: "another long password" });
    await expect(createToken(viewer, { name: "too late" })).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("is revoked with the password that it was made under, unless that is not wanted", async () => {
    const { viewer, proof } = await signedIn("Grace");
    const { id } = await createToken(viewer, { name: "bot" });
    const input = { currentPassword: PASSWORD, password: "another long password" };
    const changed = await changePassword(proof, { ...input, revokeTokens: false });
    expect(await listTokens(viewer)).toMatchObject([{ id }]);

    const again = { currentPassword: input.password, password: PASSWORD };
    const events = await controlDuring(async () => changePassword(await proofOf(changed), again));
    expect(events).toContainEqual({ type: "token-ended", tokenId: id });
    expect(await listTokens(viewer)).toEqual([]);
  });

  it("stays good when its person signs out everywhere", async () => {
    const { viewer } = await signedIn("Grace");
    const { token } = await createToken(viewer, { name: "bot" });
    await endSessions(viewer);
    expect(await findViewerByToken(token)).toMatchObject({ viewer: { sessionVersion: 2 } });
  });
});

describe("a change that outlives the session", () => {
  const LATER_MS = 10 * 60_000;
  const create = (cookie: string, currentPassword?: string) =>
    rest<{ error?: { code: string; field?: string } }>("POST", "/api/tokens", {
      cookie,
      origin: "http://localhost:3000",
      body: { name: "bot", currentPassword },
    });

  it("needs no password in the first ten minutes of a session, and then it does", async () => {
    const { cookie } = await signedIn("Grace");
    expect(await create(cookie)).toMatchObject({ status: 201 });

    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LATER_MS });
    expect(await create(cookie)).toMatchObject({
      status: 403,
      body: { error: { code: "password_required", field: "currentPassword" } },
    });
    expect(await create(cookie, "wrong")).toMatchObject({
      status: 400,
      body: { error: { code: "invalid", field: "currentPassword" } },
    });
    expect(await create(cookie, PASSWORD)).toMatchObject({ status: 201 });
  });

  it("keeps the moment of the password when the session is renewed", async () => {
    const { viewer, proof } = await signedIn("Grace");
    const { tokenId: sessionId, confirmedAt } = proof;
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LATER_MS });
    const { id: userId, sessionVersion } = viewer;
    const renewed = await sealSession({ userId, sessionId, sessionVersion, confirmedAt });
    expect(await create(`${SESSION_COOKIE(false)}=${renewed}`)).toMatchObject({ status: 403 });
  });

  it("slows down who guesses the password in an open session, whose person goes on elsewhere", async () => {
    const { viewer, proof } = await signedIn("Grace");
    const guess = () => requireConfirmed(proof, "wrong");
    for (let free = 0; free < 6; free++) await expect(guess()).rejects.toMatchObject({ code: "invalid" });
    await expect(guess()).rejects.toMatchObject({ code: "rate_limited" });
    await requireConfirmed(await proofOf(viewer), PASSWORD);
  });

  it("is made by no token: a token creates none, whatever it says beside", async () => {
    const { viewer } = await signedIn("Grace");
    const { token } = await createToken(viewer, { name: "bot" });
    const body = { name: "another", currentPassword: PASSWORD };
    const refused = await rest("POST", "/api/tokens", { token, body });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    expect(await listTokens(viewer)).toHaveLength(1);
  });
});

describe("a session", () => {
  it("stands for its person for thirty days, wherever the cookie is", async () => {
    const { viewer, cookie, proof } = await signedIn("Grace");
    expect(proof).toMatchObject({ viewer, kind: "session" });
    expect((proof.expiresAt?.getTime() ?? 0) - Date.now()).toBeCloseTo(30 * 24 * 60 * 60_000, -4);
    expect(await checkSession(proof)).toBe(true);

    vi.useFakeTimers({ toFake: ["Date"], now: proof.expiresAt ?? 0 });
    expect(await findViewerBySession(cookie)).toBeNull();
    expect(await checkSession(proof)).toBe(false);
  });

  it("ends with every other when its person signs out everywhere", async () => {
    const { viewer, cookie, proof } = await signedIn("Grace");
    const elsewhere = await cookieOf(viewer);

    const events = await controlDuring(() => endSessions(viewer));
    expect(events).toEqual([{ type: "session-ended", userId: viewer.id, sessionVersion: 2 }]);
    expect(await findViewerBySession(cookie)).toBeNull();
    expect(await findViewerBySession(elsewhere.cookie)).toBeNull();
    expect(await checkSession(proof)).toBe(false);
  });

  it("that is signed out ends alone, also where its cookie was copied to", async () => {
    const { viewer, cookie, proof } = await signedIn("Grace");
    const elsewhere = await cookieOf(viewer);
    const ended = { sessionId: proof.tokenId };

    expect(await controlDuring(() => endSession(ended))).toEqual([{ type: "token-ended", tokenId: proof.tokenId }]);
    await endSession(ended);
    expect(await findViewerBySession(cookie)).toBeNull();
    expect(await checkSession(proof)).toBe(false);
    expect(await findViewerBySession(elsewhere.cookie)).toMatchObject({ viewer });
  });

  it("that was signed out is forgotten when it would have run out anyway", async () => {
    const past = "0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10";
    await shared().prisma.endedSession.create({ data: { id: past, expiresAt: new Date(Date.now() - 1) } });
    await endSession({ sessionId: randomUUID() });
    expect(await shared().prisma.endedSession.findUnique({ where: { id: past } })).toBeNull();
  });

  it("of somebody who is gone is none", async () => {
    const { viewer, cookie, proof } = await signedIn("Gone");
    await shared().prisma.user.delete({ where: { id: viewer.id } });
    expect(await findViewerBySession(cookie)).toBeNull();
    expect(await checkSession(proof)).toBe(false);
  });

  it("tells what its person is called now", async () => {
    const { viewer, cookie } = await signedIn("Grace");
    await shared().prisma.user.update({ where: { id: viewer.id }, data: { name: "Amazing Grace" } });
    expect(await findViewerBySession(cookie)).toMatchObject({ viewer: { name: "Amazing Grace" } });
  });

  it("of ten thousand who come back at once takes a few queries", async () => {
    const { cookie } = await signedIn("Grace");
    const { pool } = shared();
    const query = vi.spyOn(pool, "query");
    const proofs = await Promise.all(Array.from({ length: 10_000 }, () => findViewerBySession(cookie)));
    expect(proofs.every((proof) => proof?.viewer.name === "Grace")).toBe(true);
    expect(query.mock.calls.length).toBeLessThan(100);
    query.mockRestore();
  });
});
