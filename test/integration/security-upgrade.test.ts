import { encode } from "next-auth/jwt";
import { describe, expect, it } from "vitest";
import { CloseCode } from "@/protocol/close-codes";
import { config, setConfig } from "@/server/config";
import { findSessionClaims } from "@/server/domain/session-cookie";
import { endSession, endSessions, SESSION_COOKIE, startSession } from "@/server/domain/sessions";
import type { Viewer } from "@/server/domain/viewer";
import { testConfig } from "../support/domain";
import { holdQuery } from "../support/hold-query";
import { ORIGIN, type RefusedUpgrade, TestSocket, type UpgradeHeaders, useTestRealtime } from "../support/realtime";

const { person, connect, serve, url } = useTestRealtime({ upgradesPerAddressPerMinute: 100_000 });

const NAME = SESSION_COOKIE(false);

/** One person for all tests that change nothing about them: hashing a password takes its time. */
let known: ReturnType<typeof person> | undefined;
const somebody = () => {
  known ??= person("Ada");
  return known;
};

const PONG = { type: "pong" };

describe("Origin", () => {
  it("that is allowed lets a cookie in", async () => {
    await expectIn({ cookie: await cookieOf(await somebody()), origin: ORIGIN });
  });

  it.each([
    ["another site", "https://evil.example"],
    ["a sandboxed frame", "null"],
    ["another scheme", "https://localhost:3000"],
    ["another port", "http://localhost:3001"],
    ["no port", "http://localhost"],
    ["a subdomain", "http://chat.localhost:3000"],
    ["a name that ends like ours", "http://notlocalhost:3000"],
    ["a name that begins like ours", "http://localhost:3000.evil.example"],
    ["ours with a path", "http://localhost:3000/"],
    ["ours with a user", "http://localhost:3000@evil.example"],
    ["ours in capitals", "HTTP://LOCALHOST:3000"],
    ["ours and another", "http://localhost:3000, https://evil.example"],
    ["ours and another without a comma", "http://localhost:3000 https://evil.example"],
    ["a wildcard", "*"],
    ["nothing", ""],
  ])("of %s keeps a good cookie out, before 101", async (_, origin) => {
    await expectRefused(403, { cookie: await cookieOf(await somebody()), origin });
  });

  it("that is missing keeps a good cookie out", async () => {
    await expectRefused(403, { cookie: await cookieOf(await somebody()) });
  });

  it("is not taken from another header", async () => {
    const cookie = await cookieOf(await somebody());
    await expectRefused(403, { cookie, "sec-websocket-origin": ORIGIN, referer: `${ORIGIN}/`, host: "localhost:3000" });
  });

  it("sent twice is none", async () => {
    const cookie = await cookieOf(await somebody());
    await expectRefused(403, { cookie, origin: ["https://evil.example", ORIGIN] });
  });

  it("is not asked of a token, and does not spoil one", async () => {
    const { token } = await somebody();
    await expectIn({ authorization: `Bearer ${token}` });
    await expectIn({ authorization: `Bearer ${token}`, origin: "https://evil.example" });
  });
});

describe("a token", () => {
  it("is taken from the Authorization header alone", async () => {
    const { token } = await somebody();
    for (const query of [`token=${token}`, `access_token=${token}`, `authorization=Bearer%20${token}`]) {
      await expectRefused(401, { origin: ORIGIN }, `${url()}?${query}`);
      await expectRefused(403, {}, `${url()}?${query}`);
    }
    await expectRefused(401, { origin: ORIGIN, cookie: `token=${token}; ${NAME}=${token}` });
    await expectRefused(401, { origin: ORIGIN, "x-authorization": `Bearer ${token}` });
  });

  it.each([
    ["an unknown one", (_: string) => `Bearer adda_${"x".repeat(43)}`],
    ["one cut short", (token: string) => `Bearer ${token.slice(0, -1)}`],
    ["one in other letters", (token: string) => `Bearer ${token.toUpperCase()}`],
    ["one without its scheme", (token: string) => token],
    ["one of another scheme", (token: string) => `Basic ${Buffer.from(`adda:${token}`).toString("base64")}`],
    ["two in one", (token: string) => `Bearer ${token} ${token}`],
    ["an empty one", () => "Bearer "],
    ["nothing", () => ""],
  ])("is refused: %s", async (_, header) => {
    const { token } = await somebody();
    await expectRefused(401, { authorization: header(token), origin: ORIGIN });
  });

  it("that is bad is not made good by a cookie", async () => {
    const cookie = await cookieOf(await somebody());
    await expectRefused(401, { authorization: "Bearer nothing", cookie, origin: ORIGIN });
  });

  it("is asked for as such", async () => {
    await expect(TestSocket.open(url(), { origin: ORIGIN })).rejects.toMatchObject({
      headers: { "www-authenticate": 'Bearer realm="Adda"', connection: "close" },
    });
  });
});

describe("a session cookie", () => {
  it.each([
    ["noise", async () => "noise"],
    ["empty", async () => ""],
    ["sealed with another secret", async (viewer: Viewer) => seal(viewer, { secret: "x".repeat(40) })],
    ["expired", async (viewer: Viewer) => seal(viewer, { maxAge: -60 })],
    ["of an older version", async (viewer: Viewer) => seal(viewer, { sessionVersion: viewer.sessionVersion - 1 })],
    ["of a version to come", async (viewer: Viewer) => seal(viewer, { sessionVersion: viewer.sessionVersion + 1 })],
    ["of nobody", async (viewer: Viewer) => seal(viewer, { sub: "00000000-0000-7000-8000-000000000000" })],
    ["without a session's id", async (viewer: Viewer) => seal(viewer, { sid: undefined })],
    ["whose user is no id", async (viewer: Viewer) => seal(viewer, { sub: 1 })],
    ["cut short", async (viewer: Viewer) => (await startSession(viewer)).slice(0, -2)],
  ])("is refused: %s", async (_, value) => {
    const viewer = await somebody();
    await expectRefused(401, { cookie: `${NAME}=${await value(viewer)}`, origin: ORIGIN });
  });

  it("is refused under another name, and under the one for HTTPS while we speak HTTP", async () => {
    const sealed = await startSession(await somebody());
    for (const name of ["session", `x${NAME}`, `${NAME}x`, SESSION_COOKIE(true), `__Host-${NAME}`]) {
      await expectRefused(401, { cookie: `${name}=${sealed}`, origin: ORIGIN });
    }
  });

  it("is read among others, quoted ones and strange ones", async () => {
    const sealed = await startSession(await somebody());
    await expectIn({ cookie: `a="b; c"; theme=dark; %00=%; ${NAME}=${sealed}; __proto__=1`, origin: ORIGIN });
  });

  it("is put together from its chunks, in their order, however they come", async () => {
    const sealed = await startSession(await somebody());
    const [one, two, three] = [sealed.slice(0, 100), sealed.slice(100, 150), sealed.slice(150)];
    await expectIn({ cookie: `${NAME}.0=${one}; ${NAME}.1=${two}; ${NAME}.2=${three}`, origin: ORIGIN });
    await expectIn({ cookie: `${NAME}.2=${three}; ${NAME}.0=${one}; ${NAME}.1=${two}`, origin: ORIGIN });
    await expectRefused(401, { cookie: `${NAME}.0=${one}; ${NAME}.2=${three}`, origin: ORIGIN });
    await expectRefused(401, { cookie: `${NAME}.1=${sealed}`, origin: ORIGIN });
  });

  it("has the prefix that HTTPS demands, where we are served by HTTPS", async () => {
    const before = config();
    const sealed = await startSession(await somebody());
    setConfig(testConfig({ PUBLIC_URL: "https://chat.example" }));
    try {
      await expectIn({ cookie: `__Secure-${NAME}=${sealed}`, origin: ORIGIN });
      const [head, tail] = [sealed.slice(0, 50), sealed.slice(50)];
      await expectIn({ cookie: `__Secure-${NAME}.0=${head}; __Secure-${NAME}.1=${tail}`, origin: ORIGIN });
      await expectRefused(401, { cookie: `${NAME}=${sealed}`, origin: ORIGIN });
    } finally {
      setConfig(before);
    }
  });

  it("is refused when its session was signed out, and when every session was", async () => {
    const viewer = await person("Ada");
    const [one, other] = [await startSession(viewer), await startSession(viewer)];
    const claims = await findSessionClaims(`${NAME}=${one}`);
    if (!claims) throw new Error("A session that was just started is good.");
    await endSession(claims);
    await expectRefused(401, { cookie: `${NAME}=${one}`, origin: ORIGIN });
    await expectIn({ cookie: `${NAME}=${other}`, origin: ORIGIN });
    await endSessions(viewer);
    await expectRefused(401, { cookie: `${NAME}=${other}`, origin: ORIGIN });
  });
});

describe("how many", () => {
  it("sockets one person may hold: one more is closed, and when one goes there is room", async () => {
    const { url } = await serve({ socketsPerUser: 2 });
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const first = await connect(ada, url);
    await connect(ada, url);
    const third = await connect(ada, url);
    expect(await third.untilClosed()).toMatchObject({ code: CloseCode.tooMany, reason: expect.stringContaining("2") });
    const graces = await connect(grace, url);
    graces.send({ type: "ping" });
    await graces.next("pong");

    first.socket.close();
    await first.untilClosed();
    const again = await connect(ada, url);
    again.send({ type: "ping" });
    await again.next("pong");
  });

  it("upgrades an address may ask for: then 429 and when to come back, and no other address is touched", async () => {
    const addressOf = (request: { headers: Record<string, unknown> }) => String(request.headers["x-from"]);
    const { url } = await serve({ upgradesPerAddressPerMinute: 3, addressOf });
    const { token } = await person("Ada");
    const headers = (from: string) => ({ authorization: `Bearer ${token}`, "x-from": from });
    // A refused try counts too: who guesses tokens is slowed down.
    await expectRefused(401, { authorization: "Bearer guess", "x-from": "a" }, url);
    await expectIn(headers("a"), url);
    await expectIn(headers("a"), url);
    const refused = await TestSocket.open(url, headers("a")).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 429 });
    expect(Number((refused as RefusedUpgrade).headers["retry-after"])).toBeGreaterThan(0);
    await expectIn(headers("b"), url);
  });

  it("seconds one may stay silent: a socket that says nothing valid is closed, one that speaks stays", async () => {
    const { url } = await serve({ firstFrameTimeoutMs: 300, heartbeatIntervalMs: 2_000 });
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const [silent, noisy, speaking] = [await connect(ada, url), await connect(ada, url), await connect(grace, url)];
    noisy.send("what?");
    speaking.send({ type: "ping" });
    expect(await silent.untilClosed()).toMatchObject({ code: CloseCode.firstFrameTimeout });
    expect(await noisy.untilClosed()).toMatchObject({ code: CloseCode.firstFrameTimeout });
    speaking.send({ type: "ping" });
    await speaking.untilFrames(2, "pong");
    expect(speaking.closed).toBeUndefined();
  });
});

describe("a server that is stopping", () => {
  it("sends everybody elsewhere and lets nobody in", async () => {
    const server = await serve();
    const ada = await person("Ada");
    const socket = await connect(ada, server.url);
    const stopped = server.realtime.stop();
    await expectRefused(503, { authorization: `Bearer ${ada.token}` }, server.url);
    expect(await socket.untilClosed()).toMatchObject({ code: CloseCode.restart });
    await stopped;
  });

  it("lets in nobody whose upgrade had begun before", async () => {
    const server = await serve();
    const ada = await person("Ada");
    const here = await connect(ada, server.url);
    const gate = holdQuery("tokens");
    const opening = TestSocket.open(server.url, { authorization: `Bearer ${ada.token}` });
    const refused = expect(opening).rejects.toMatchObject({ status: 503 });
    await gate.reached;
    const stopped = server.realtime.stop();
    expect(await here.untilClosed()).toMatchObject({ code: CloseCode.restart });
    gate.open();
    await refused;
    await stopped;
  });
});

describe("a session that ends while its socket is being opened", () => {
  it("ends the socket as soon as it is open", async () => {
    const viewer = await person("Ada");
    const gate = holdQuery("users");
    const opening = TestSocket.open(url(), { cookie: await cookieOf(viewer), origin: ORIGIN });
    await gate.reached;
    await endSessions(viewer);
    gate.open();
    const socket = await opening;
    expect(await socket.untilClosed()).toMatchObject({ code: CloseCode.sessionEnded });
  });
});

async function expectIn(headers: UpgradeHeaders, at = url()): Promise<void> {
  const socket = await TestSocket.open(at, headers);
  socket.send({ type: "ping" });
  expect(await socket.next("pong")).toEqual(PONG);
  socket.close();
}

async function expectRefused(status: number, headers: UpgradeHeaders, at = url()): Promise<void> {
  await expect(TestSocket.open(at, headers)).rejects.toMatchObject({ status });
}

async function cookieOf(viewer: Viewer): Promise<string> {
  return `${NAME}=${await startSession(viewer)}`;
}

type Seal = { secret?: string; maxAge?: number; sub?: unknown; sid?: unknown; sessionVersion?: number };

function seal({ id, sessionVersion }: Viewer, { secret = config().authSecret, maxAge = 60, ...claims }: Seal) {
  const sid = "00000000-0000-4000-8000-000000000000";
  return encode({ token: { sub: id, sid, sessionVersion, ...claims } as Record<string, unknown>, secret, maxAge });
}
