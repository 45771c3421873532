import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ControlEvent } from "@/server/backplane/backplane";
import { setConfig } from "@/server/config";
import {
  checkSession,
  endSession,
  endSessions,
  findViewerBySession,
  findViewerByToken,
  type SessionProof,
} from "@/server/domain/sessions";
import { createToken, listTokens, revokeToken } from "@/server/domain/tokens";
import { testConfig, useTestDomain } from "../support/domain";
import { newPerson } from "../support/people";
import { cookieOf } from "../support/rest";

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
      token: expect.stringMatching(/^adda_[\w-]{43}$/),
    });
    expect(JSON.stringify(await shared().prisma.token.findMany())).not.toContain(made.token);
    expect(await listTokens(viewer)).toEqual([
      { id: made.id, name: "My bot", createdAt: made.createdAt, lastUsedAt: null },
    ]);
    const proof = { viewer, kind: "token", tokenId: made.id, expiresAt: null };
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

  it("stays good when its person signs out everywhere", async () => {
    const { viewer } = await signedIn("Grace");
    const { token } = await createToken(viewer, { name: "bot" });
    await endSessions(viewer);
    expect(await findViewerByToken(token)).toMatchObject({ viewer: { sessionVersion: 2 } });
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
