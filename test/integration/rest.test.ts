import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Room } from "@/protocol/frames";
import { setConfig } from "@/server/config";
import type { HistoryPage } from "@/server/domain/history";
import type { Invite, NewInvite } from "@/server/domain/invites";
import { addMember } from "@/server/domain/memberships";
import { createRoom, updateRoom } from "@/server/domain/rooms";
import { endSessions } from "@/server/domain/sessions";
import type { NewToken, Token } from "@/server/domain/tokens";
import { log } from "@/server/log";
import { testConfig, useTestDomain } from "../support/domain";
import { newAddress, newPerson, PASSWORD } from "../support/people";
import { cookieOf, rest, tokenOf } from "../support/rest";

const shared = useTestDomain({ SIGN_UPS_PER_ADDRESS_PER_HOUR: "1000" });
const ORIGIN = "http://localhost:3000";

afterEach(() => {
  vi.restoreAllMocks();
  setConfig(testConfig({ SIGN_UPS_PER_ADDRESS_PER_HOUR: "1000" }));
});

async function people() {
  const ada = await newPerson("Ada");
  const grace = await newPerson("Grace");
  return { ada, grace, asAda: await tokenOf(ada), asGrace: await tokenOf(grace) };
}

describe("a program without a browser", () => {
  it("makes an account, gets a token, and talks", async () => {
    const address = newAddress();
    const user = { name: "Bot", email: "bot@example.com", password: PASSWORD };
    const signedUp = await rest("POST", "/api/users", { body: user, address });
    expect(signedUp).toMatchObject({ status: 201, body: { name: "Bot", email: "bot@example.com" } });
    expect(signedUp.body).not.toHaveProperty("passwordHash");

    const made = await rest<NewToken>("POST", "/api/tokens", { body: { ...user, name: "first" }, address });
    expect(made).toMatchObject({ status: 201, body: { name: "first", token: expect.stringMatching(/^adda_/) } });
    const { token } = made.body;

    expect(await rest("GET", "/api/users/me", { token })).toMatchObject({ status: 200, body: signedUp.body });
    const room = await rest("POST", "/api/rooms", { token, body: { name: "Bots", topic: "beep" } });
    expect(room).toMatchObject({ status: 201, body: { slug: "bots", topic: "beep", joined: true, seq: 0 } });
    const said = await rest("POST", "/api/rooms/bots/messages", { token, body: { message: "beep", clientId: "c1" } });
    expect(said).toMatchObject({ status: 201, body: { message: "beep", seq: 1, sender: "Bot", clientId: "c1" } });
    const again = await rest("POST", "/api/rooms/bots/messages", { token, body: { message: "boop", clientId: "c1" } });
    expect(again).toMatchObject({ status: 200, body: said.body });
    const history = await rest("GET", `/api/rooms/${room.body.id}/messages`, { token });
    expect(history).toMatchObject({ status: 200, body: { messages: [said.body], more: false } });
  });

  it("gets no token for a wrong password, and is slowed down", async () => {
    const { ada } = await people();
    const body = { email: ada.email, password: "wrong", name: "thief" };
    const address = newAddress();
    const guess = () => rest("POST", "/api/tokens", { body, address });
    vi.useFakeTimers({ toFake: ["Date"] });
    for (let free = 0; free < 6; free++) expect(await guess()).toMatchObject({ status: 401 });
    const slowed = await guess();
    vi.useRealTimers();
    expect(slowed).toMatchObject({ status: 429, body: { error: { code: "rate_limited", retryAfterMs: 1_000 } } });
    expect(slowed.headers.get("retry-after")).toBe("1");
  });

  it("lists and revokes its tokens", async () => {
    const { ada, asAda } = await people();
    const session = { ...(await cookieOf(ada)), origin: ORIGIN };
    const { body: second } = await rest<NewToken>("POST", "/api/tokens", { ...session, body: { name: "second" } });
    const { body: third } = await rest<NewToken>("POST", "/api/tokens", { ...session, body: { name: "third" } });
    const listed = await rest<{ tokens: Token[] }>("GET", "/api/tokens", asAda);
    expect(listed.body.tokens.map(({ name }) => name)).toEqual(["test", "second", "third"]);
    expect(JSON.stringify(listed.body)).not.toContain("adda_");

    expect(await rest("DELETE", `/api/tokens/${second.id}`, asAda)).toMatchObject({ status: 204, body: undefined });
    expect(await rest("DELETE", "/api/tokens", { ...asAda, body: { id: third.id } })).toMatchObject({ status: 204 });
    expect(await rest("GET", "/api/rooms", { token: second.token })).toMatchObject({ status: 401 });
    expect(await rest("DELETE", `/api/tokens/${second.id}`, asAda)).toMatchObject({ status: 404 });
  });
});

describe("rooms", () => {
  it("are joined, read, changed and left", async () => {
    const { asAda, asGrace } = await people();
    const { body: room } = await rest<Room>("POST", "/api/rooms", { ...asAda, body: { name: "Città" } });
    const path = `/api/rooms/${encodeURIComponent(room.slug)}`;

    expect(await rest("GET", path, asGrace)).toMatchObject({ status: 200, body: { id: room.id, joined: false } });
    expect(await rest("PUT", `${path}/members/me`, asGrace)).toMatchObject({ status: 200, body: { joined: true } });
    expect(await rest("PUT", `${path}/members/me`, asGrace)).toMatchObject({ status: 200, body: { members: 2 } });
    expect(await rest("PATCH", path, { ...asGrace, body: { name: "Mine" } })).toMatchObject({ status: 403 });
    const renamed = await rest("PATCH", path, { ...asAda, body: { name: "City", topic: "Traffic" } });
    expect(renamed).toMatchObject({ status: 200, body: { slug: "città", name: "City", topic: "Traffic" } });

    expect(await rest("DELETE", `${path}/members/me`, asGrace)).toMatchObject({ status: 204 });
    const { body } = await rest("GET", "/api/rooms", asGrace);
    expect(body.rooms).toContainEqual({ ...renamed.body, joined: false, role: null, members: 1 });
  });

  it("have members who are added, listed and removed", async () => {
    const { ada, grace, asAda, asGrace } = await people();
    const mary = await newPerson("Mary");
    const room = await createRoom(ada, { name: "People", kind: "closed" });
    const path = `/api/rooms/${room.slug}/members`;

    const added = await rest("POST", path, { ...asAda, body: { userId: grace.id } });
    expect(added).toMatchObject({ status: 201, body: { id: grace.id, name: "Grace" } });
    expect(await rest("PUT", `${path}/${mary.id}`, asGrace)).toMatchObject({ status: 200, body: { id: mary.id } });
    const first = await rest("GET", `${path}?limit=2`, asGrace);
    expect(first.body).toMatchObject({ people: [{ name: "Ada", role: "owner" }, { id: grace.id }], more: true });
    const second = await rest("GET", `${path}?after=${grace.id}`, asGrace);
    expect(second.body).toEqual({ people: [{ id: mary.id, name: "Mary", role: "member" }], more: false });
    expect(await rest("DELETE", `${path}/${mary.id}`, asGrace)).toMatchObject({ status: 403 });
    expect(await rest("DELETE", `${path}/${mary.id}`, asAda)).toMatchObject({ status: 204 });
    expect(await rest("POST", path, { ...asAda, body: {} })).toMatchObject({ status: 400 });
  });

  it("are invited to", async () => {
    const { ada, asAda, asGrace } = await people();
    const room = await createRoom(ada, { name: "Invited", kind: "closed" });
    const path = `/api/rooms/${room.slug}/invites`;

    const made = await rest<NewInvite>("POST", path, { ...asAda, body: { expiresInHours: 2 } });
    expect(made).toMatchObject({ status: 201, body: { url: `${ORIGIN}/invite/${made.body.token}` } });
    const unused = await rest<NewInvite>("POST", "/api/invites", { ...asAda, body: { room: room.id } });
    for (const from of [path, "/api/invites"]) {
      const { body } = await rest<{ invites: Invite[] }>("GET", from, asAda);
      expect(body.invites.map(({ id }) => id)).toEqual([made.body.id, unused.body.id]);
      expect(JSON.stringify(body)).not.toContain(made.body.token);
    }
    const accepted = await rest("POST", "/api/invites/accept", { ...asGrace, body: { token: made.body.token } });
    expect(accepted).toMatchObject({ status: 200, body: { room: { id: room.id } } });

    expect(await rest("DELETE", `/api/invites/${unused.body.id}`, asGrace)).toMatchObject({ status: 404 });
    expect(await rest("DELETE", `/api/invites/${unused.body.id}`, asAda)).toMatchObject({ status: 204 });
    const late = await rest("POST", "/api/invites/accept", { ...asGrace, body: { token: unused.body.token } });
    expect(late).toMatchObject({ status: 410, body: { error: { code: "invite_invalid" } } });
    const user = { name: "Late", email: "late@example.com", password: PASSWORD, inviteToken: unused.body.token };
    expect(await rest("POST", "/api/users", { body: user })).toMatchObject({ status: 410 });
  });

  it("give their history page by page, either way", async () => {
    const { asAda, ada } = await people();
    const room = await createRoom(ada, { name: "Talk" });
    const path = `/api/rooms/${room.slug}/messages`;
    for (let number = 1; number <= 5; number++) {
      await rest("POST", path, { ...asAda, body: { message: `number ${number}` } });
    }
    const seqs = async (query: string) => {
      const { body } = await rest<HistoryPage>("GET", `${path}${query}`, asAda);
      return [body.messages.map(({ seq }) => seq), body.more];
    };
    expect(await seqs("")).toEqual([[1, 2, 3, 4, 5], false]);
    expect(await seqs("?limit=2")).toEqual([[4, 5], true]);
    expect(await seqs("?before=4&limit=2")).toEqual([[2, 3], true]);
    expect(await seqs("?before=2")).toEqual([[1], false]);
    expect(await seqs("?after=2&limit=2")).toEqual([[3, 4], true]);
    expect(await seqs("?after=5")).toEqual([[], false]);
  });

  it.each([
    "?limit=0",
    "?limit=201",
    "?limit=ten",
    "?before=-1",
    "?after=1.5",
    "?before=9999999999",
    "?before=1&after=1",
  ])("give no page for %s", async (query) => {
    const { asAda } = await people();
    const refused = await rest("GET", `/api/rooms/lobby/messages${query}`, asAda);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: "invalid", field: expect.any(String) } } });
  });
});

describe("every refusal has its code and its status", () => {
  it.each([
    ["invalid", 400, "an empty message", { message: "" }],
    ["invalid", 400, "a message that is too long", { message: "x".repeat(4_001) }],
    ["invalid", 400, "a message with a NUL", { message: "nul\0" }],
    ["invalid", 400, "a malformed clientId", { message: "ok", clientId: "no spaces" }],
    ["invalid", 400, "no message", {}],
    ["invalid", 400, "a list", []],
    ["invalid", 400, "null", null],
    ["malformed", 400, "half of a body", '{"message":'],
    ["malformed", 400, "no body", ""],
    ["too_large", 413, "a body that is too large", { message: "x".repeat(70_000) }],
  ])("%s (%i) for %s", async (code, status, _what, body) => {
    const { asAda } = await people();
    const refused = await rest("POST", "/api/rooms/lobby/messages", { ...asAda, body });
    expect(refused).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
  });

  it("malformed for what is not JSON or not UTF-8", async () => {
    const { asAda } = await people();
    const headers = { "content-type": "text/plain" };
    const refused = await rest("POST", "/api/rooms", { ...asAda, headers, body: { name: "x" } });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: "malformed" } } });
  });

  it("too_large also for a body that does not say how long it is", async () => {
    const { POST } = await import("@/app/api/rooms/route");
    const { token } = (await people()).asAda;
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++;
        controller.enqueue(new Uint8Array(16 * 1024).fill(32));
      },
    });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const init = { method: "POST", headers, body, duplex: "half" };
    const response = await POST(new Request(`${ORIGIN}/api/rooms`, init), { params: Promise.resolve({}) });
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(10);
  });

  it("conflict for a clientId that was used in another room", async () => {
    const { ada, asAda } = await people();
    const [one, two] = [await createRoom(ada, { name: "One" }), await createRoom(ada, { name: "Two" })];
    const body = { message: "hi", clientId: "same" };
    await rest("POST", `/api/rooms/${one.slug}/messages`, { ...asAda, body });
    expect(await rest("POST", `/api/rooms/${two.slug}/messages`, { ...asAda, body })).toMatchObject({
      status: 409,
      body: { error: { code: "conflict", field: "clientId" } },
    });
  });

  it("archived and forbidden for who may read and not write", async () => {
    const { ada, asAda, asGrace } = await people();
    const room = await createRoom(ada, { name: "Quiet" });
    const body = { message: "hi" };
    const post = (who: { token: string }) => rest("POST", `/api/rooms/${room.slug}/messages`, { ...who, body });
    expect(await post(asGrace)).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    await updateRoom(ada, room.id, { archived: true });
    expect(await post(asAda)).toMatchObject({ status: 409, body: { error: { code: "archived" } } });
    const join = await rest("PUT", `/api/rooms/${room.slug}/members/me`, asGrace);
    expect(join).toMatchObject({ status: 409, body: { error: { code: "archived" } } });
  });

  it("too_many for more rooms than one may open", async () => {
    const { asAda } = await people();
    setConfig(testConfig({ ROOMS_PER_USER: "1" }));
    await rest("POST", "/api/rooms", { ...asAda, body: { name: "Only" } });
    const refused = await rest("POST", "/api/rooms", { ...asAda, body: { name: "More" } });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "too_many" } } });
  });

  it("rate_limited for who asks too fast, by where they are and by who they are", async () => {
    const { asAda, asGrace } = await people();
    const flood = async (call: { token?: string; address?: string }) => {
      const answers = await Promise.all(
        Array.from({ length: 300 }, () => rest("GET", "/api/users/me", { address: newAddress(), ...call })),
      );
      return answers.filter(({ status }) => status === 429);
    };
    const address = newAddress();
    const [byAddress] = await flood({ ...asGrace, address });
    expect(byAddress).toMatchObject({ body: { error: { code: "rate_limited", retryAfterMs: expect.any(Number) } } });
    // A token drips in every 50 ms; a fixed window would send everybody away until it ends.
    expect(byAddress?.body).toHaveProperty(
      "error.retryAfterMs",
      expect.toSatisfy((ms: number) => ms <= 50),
    );
    expect(Number(byAddress?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await rest("GET", "/api/health", { address })).toMatchObject({ status: 200 });
    expect(await flood({ address: newAddress() })).not.toEqual([]);
    expect(await flood(asAda)).not.toEqual([]);
  });

  it("rate_limited for who talks too fast", async () => {
    const { asAda } = await people();
    const say = () =>
      rest("POST", "/api/rooms/lobby/messages", { ...asAda, address: newAddress(), body: { message: "spam" } });
    const answers = await Promise.all(Array.from({ length: 40 }, say));
    const said = answers.filter(({ status }) => status === 201);
    expect(said.length).toBeGreaterThanOrEqual(20);
    expect(said.length).toBeLessThan(40);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 429]));
  });

  it("internal for what nobody expected: logged once under an id, and not shown", async () => {
    const { asAda } = await people();
    const logged = vi.spyOn(log, "error").mockImplementation(() => undefined);
    vi.spyOn(shared().prisma.token, "findMany").mockRejectedValue(new Error("the secret is hunter2"));

    const headers = { "x-adda-request-id": "request-7" };
    const failed = await rest("GET", "/api/tokens", { ...asAda, headers });
    expect(failed).toMatchObject({ status: 500, body: { error: { code: "internal" } } });
    expect(JSON.stringify(failed.body)).not.toContain("hunter2");
    expect(failed.headers.get("x-request-id")).toBe("request-7");
    expect(logged).toHaveBeenCalledTimes(1);
    expect(logged).toHaveBeenCalledWith(expect.objectContaining({ requestId: "request-7" }), expect.any(String));
  });

  it("overloaded while the database is away: come back in a second", async () => {
    const { asAda } = await people();
    const logged = vi.spyOn(log, "warn").mockImplementation(() => undefined);
    const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    vi.spyOn(shared().pool, "query").mockImplementation(() => Promise.reject(away));

    const put = await rest("POST", "/api/rooms/lobby/messages", { ...asAda, body: { message: "hi" } });
    expect(put).toMatchObject({ status: 503, body: { error: { code: "overloaded", retryAfterMs: 1_000 } } });
    expect(put.headers.get("retry-after")).toBe("1");
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it("not_found for an address that leads nowhere", async () => {
    const { asAda } = await people();
    for (const path of ["/api", "/api/nothing", "/api/rooms/lobby/nothing", "/api/rooms/lobby/members/me/x"]) {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
        expect(await rest(method, path, asAda)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
      }
    }
    for (const room of ["no-such-room", "%00", "%ff", "a%2Fb", "%F0%9F%8E%89", "x".repeat(500)]) {
      expect(await rest("GET", `/api/rooms/${room}`, asAda)).toMatchObject({ status: 404 });
    }
  });

  it("method_not_allowed for a method that an address does not take, told by Allow", async () => {
    const refused = await rest("PATCH", "/api/rooms");
    expect(refused).toMatchObject({ status: 405, body: { error: { code: "method_not_allowed" } } });
    expect(refused.headers.get("allow")).toBe("GET, POST");
    const asked = await rest("OPTIONS", "/api/rooms");
    expect(asked.status).toBe(204);
    expect(asked.headers.get("allow")).toBe("GET, POST");
  });
});

/** Every address of the API below a room. */
const ROOM_ROUTES = [
  ["GET", ""],
  ["PATCH", ""],
  ["DELETE", ""],
  ["GET", "/members"],
  ["GET", "/candidates?query=x"],
  ["GET", "/removed"],
  ["DELETE", "/removed/0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10"],
  ["POST", "/members"],
  ["PUT", "/members/me"],
  ["DELETE", "/members/me"],
  ["PUT", "/members/0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10"],
  ["DELETE", "/members/0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10"],
  ["GET", "/messages"],
  ["POST", "/messages"],
  ["GET", "/files"],
  ["POST", "/files"],
  ["GET", "/links"],
  ["POST", "/picture"],
  ["DELETE", "/picture"],
  ["DELETE", "/messages/0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10"],
  ["DELETE", "/messages/0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10/links"],
  ["GET", "/invites"],
  ["POST", "/invites"],
] as const;

describe("a closed room", () => {
  it("is for an outsider, on every address, as if it did not exist", async () => {
    const { ada, asGrace } = await people();
    const closed = await createRoom(ada, { name: "Closed", kind: "closed" });
    const body = { name: "x", message: "x", email: ada.email, size: 1 };

    for (const [method, below] of ROOM_ROUTES) {
      const call = { ...asGrace, ...(method !== "GET" && method !== "DELETE" && { body }), address: newAddress() };
      const hidden = await rest(method, `/api/rooms/${closed.slug}${below}`, call);
      const byId = await rest(method, `/api/rooms/${closed.id}${below}`, call);
      const nothing = await rest(method, `/api/rooms/no-such-room${below}`, call);
      expect(hidden, `${method} ${below}`).toMatchObject({ status: 404 });
      expect([hidden.body, byId.body]).toEqual([nothing.body, nothing.body]);
    }
    expect(JSON.stringify((await rest("GET", "/api/rooms", asGrace)).body)).not.toContain(closed.id);
  });

  it("is tried above at every address that there is", () => {
    const files = readdirSync("app/api/rooms/[room]", { recursive: true, encoding: "utf8" });
    const found = files
      .filter((file) => file.endsWith("route.ts"))
      .map((file) => `/${file.replace(/\/?route.ts/, "")}`);
    const tried = new Set(
      ROOM_ROUTES.map(
        ([, below]) =>
          `/${below
            .slice(1)
            .replace(/\?.*/, "")
            .replace(/(members|removed)\/.*/, "$1/[user]")
            .replace(/messages\/[^/]+/, "messages/[message]")}`,
      ),
    );
    expect([...tried].sort()).toEqual(found.sort());
  });

  it("opens to who is added, and shuts when they are removed", async () => {
    const { ada, grace, asAda, asGrace } = await people();
    const closed = await createRoom(ada, { name: "Revolving", kind: "closed" });
    await addMember(ada, closed.id, grace.id);
    expect(await rest("GET", `/api/rooms/${closed.slug}/messages`, asGrace)).toMatchObject({ status: 200 });
    await rest("DELETE", `/api/rooms/${closed.slug}/members/${grace.id}`, asAda);
    expect(await rest("GET", `/api/rooms/${closed.slug}/messages`, asGrace)).toMatchObject({ status: 404 });
  });
});

describe("who is asking", () => {
  it("has to be told", async () => {
    for (const call of [{}, { token: "adda_wrong" }, { cookie: "next-auth.session-token=x" }]) {
      const refused = await rest("GET", "/api/rooms", call);
      expect(refused).toMatchObject({ status: 401, body: { error: { code: "unauthorized" } } });
      expect(refused.headers.get("www-authenticate")).toBe("Bearer");
    }
    const { ada } = await people();
    const headers = { authorization: `Basic ${btoa(`${ada.email}:${PASSWORD}`)}` };
    expect(await rest("GET", "/api/rooms", { headers })).toMatchObject({ status: 401 });
  });

  it("is told by a token rather than by a cookie beside it", async () => {
    const { ada, asGrace } = await people();
    const both = { ...(await cookieOf(ada)), ...asGrace };
    expect(await rest("GET", "/api/users/me", both)).toMatchObject({ body: { name: "Grace" } });
    expect(await rest("GET", "/api/users/me", { ...both, token: "adda_wrong" })).toMatchObject({ status: 401 });
  });

  it("by a cookie is believed until its person signs out everywhere", async () => {
    const { ada } = await people();
    const cookie = await cookieOf(ada);
    expect(await rest("GET", "/api/rooms", cookie)).toMatchObject({ status: 200 });
    await endSessions(ada);
    expect(await rest("GET", "/api/rooms", cookie)).toMatchObject({ status: 401 });
  });
});

describe("another site's page", () => {
  it.each([undefined, "null", "https://evil.example", "http://localhost:3001", "http://localhost:3000.evil.example"])(
    "from %s changes nothing with the cookie that the browser sends along",
    async (origin) => {
      const { ada } = await people();
      const call = { ...(await cookieOf(ada)), origin, address: newAddress() };
      const name = `forged ${origin}`;
      const refused = await rest("POST", "/api/rooms", { ...call, body: { name } });
      expect(refused).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
      expect(await rest("DELETE", "/api/rooms/lobby/members/me", call)).toMatchObject({ status: 403 });
      expect(await rest("POST", "/api/tokens", { ...call, body: { name } })).toMatchObject({ status: 403 });
      expect(await shared().prisma.room.count({ where: { name } })).toBe(0);
    },
  );

  it("is not ours, whose cookie is taken from every allowed origin", async () => {
    const { ada } = await people();
    const call = { ...(await cookieOf(ada)), body: { name: "Ours" } };
    expect(await rest("POST", "/api/rooms", { ...call, origin: ORIGIN })).toMatchObject({ status: 201 });
    setConfig(testConfig({ PUBLIC_URL: ORIGIN, ALLOWED_ORIGINS: "https://chat.example.com" }));
    expect(await rest("POST", "/api/rooms", { ...call, origin: "https://chat.example.com" })).toMatchObject({
      status: 201,
    });
  });

  it("is no matter to a token, which no browser sends by itself", async () => {
    const { asAda } = await people();
    const call = { ...asAda, origin: "https://evil.example", body: { name: "From a bot" } };
    expect(await rest("POST", "/api/rooms", call)).toMatchObject({ status: 201 });
  });
});

describe("a balancer", () => {
  it("learns that the process is alive and ready", async () => {
    expect(await rest("GET", "/api/health")).toMatchObject({ status: 200, body: { status: "ok" } });
    const ready = await rest("GET", "/api/ready");
    expect(ready).toMatchObject({ status: 200, body: { status: "ready", backplane: "connected" } });
    expect(ready.headers.get("cache-control")).toBe("no-store");
  });

  it("goes on sending people to a process that cannot hear the others, and is told so", async () => {
    vi.spyOn(shared().backplane, "isConnected", "get").mockReturnValue(false);
    expect(await rest("GET", "/api/ready")).toMatchObject({ status: 200, body: { backplane: "away" } });
  });

  it("learns that the database is away, or not migrated, while the process is alive", async () => {
    const { pool } = shared();
    vi.spyOn(pool, "query").mockImplementation(() => Promise.reject(new Error("ECONNREFUSED")));
    const away = await rest("GET", "/api/ready");
    expect(away).toMatchObject({ status: 503, body: { error: { message: "The database does not answer." } } });
    expect(await rest("GET", "/api/health")).toMatchObject({ status: 200 });
    vi.restoreAllMocks();

    await pool.query(`UPDATE "_prisma_migrations" SET finished_at = NULL`);
    expect(await rest("GET", "/api/ready")).toMatchObject({ status: 503 });
  });
});
