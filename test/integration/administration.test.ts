import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { Message } from "@/protocol/frames";
import type { ServerRoom, ServerRoomPage } from "@/protocol/rooms";
import { PASSWORD, signUpPerson, type TestPerson } from "../support/person";
import { startTestServer, type TestServer } from "../support/server";

const SECOND_MS = 1_000;

let server: TestServer;
let owner: TestPerson;

beforeAll(async () => {
  server = await startTestServer();
  owner = await signUpPerson(server.url, "Olive");
});

afterAll(() => server?.stop());

/** As an operator calls it, beside the running server. */
function adda(...args: string[]) {
  return addaWith({}, ...args);
}

async function addaWith(environment: Record<string, string>, ...args: string[]) {
  const env = { ...process.env, DATABASE_URL: server.database.url, PUBLIC_URL: server.url, ...environment };
  const run = promisify(execFile)(process.execPath, ["--import", "tsx", "server/cli.ts", ...args], { env });
  return run.then(
    ({ stdout }) => ({ code: 0, stdout, stderr: "" }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}

async function connect({ token }: TestPerson) {
  const socket = new WebSocket(server.socketUrl, { headers: { authorization: `Bearer ${token}` } });
  const closed = new Promise<{ code: number; at: number }>((resolve) =>
    socket.once("close", (code) => resolve({ code, at: performance.now() })),
  );
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return { closed };
}

const signIn = (email: string, password = PASSWORD) =>
  fetch(`${server.url}/api/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "again", email, password }),
  });

describe("the operator's command beside a running server", { timeout: 60_000 }, () => {
  it("lists accounts, and says what is wrong with a call", async () => {
    const listed = await adda("users", "list", "--json");
    expect(JSON.parse(listed.stdout).people).toEqual([
      expect.objectContaining({ email: owner.email, role: "owner", active: true }),
    ]);
    expect(await adda("users", "reset-password")).toMatchObject({ code: 1, stderr: "EMAIL is missing.\n" });
    expect(await adda("users", "reset-password", "nobody@example.org")).toMatchObject({
      code: 1,
      stderr: "There is no account with this e-mail address.\n",
    });
    expect((await adda("users", "fly")).code).toBe(2);
    expect((await adda("users", "list", "--help")).stdout).toContain("Lists every account");
  });

  it("counts stored files without a row, and removes none where no file has one", async () => {
    const dir = await mkdtemp(join(tmpdir(), "adda-orphans-"));
    onTestFinished(() => rm(dir, { recursive: true }));
    const id = randomUUID();
    const path = join(dir, "files/objects", id.slice(-2), id, "original");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "lost");
    await utimes(path, 0, 0);
    const call = (...args: string[]) => addaWith({ DATA_DIR: dir }, "files", "orphans", "--json", ...args);
    expect(JSON.parse((await call()).stdout)).toEqual({ known: 0, orphans: 1, bytes: 4, removed: 0 });
    const refused = await call("--remove");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("another database")]);
    expect(await readFile(path, "utf8")).toBe("lost");
  });

  it("ends a deactivated account's sockets within a second, its tokens and its sign-in, and keeps its messages", async () => {
    const eve = await signUpPerson(server.url, "Eve");
    await eve.call("POST", "/api/rooms/lobby/messages", { message: "from Eve", clientId: "eve" });
    const { closed } = await connect(eve);

    const { stdout } = await adda("users", "deactivate", eve.email, "--json");
    const doneAt = performance.now();
    expect(JSON.parse(stdout)).toMatchObject({ id: eve.id, active: false });
    const { code, at } = await closed;
    expect(code).toBe(4401);
    expect(at - doneAt).toBeLessThan(SECOND_MS);
    expect((await eve.fetch("GET", "/api/users/me")).status).toBe(401);

    const refused = await signIn(eve.email);
    expect([refused.status, (await refused.json()).error.message]).toEqual([
      403,
      "This account is deactivated. Ask an owner of this server.",
    ]);
    expect((await signIn(eve.email, "a wrong password")).status).toBe(401);
    const read = () => owner.call<{ messages: Message[] }>("GET", "/api/rooms/lobby/messages");
    const marked = expect.objectContaining({ message: "from Eve", sender: "Eve", senderDeactivated: true });
    expect((await read()).messages).toContainEqual(marked);
    const { people } = await owner.call<{ people: unknown[] }>("GET", "/api/rooms/lobby/members");
    expect(people).toContainEqual(expect.objectContaining({ id: eve.id, deactivated: true }));

    expect((await adda("users", "activate", eve.email)).code).toBe(0);
    expect((await read()).messages).not.toContainEqual(marked);
    expect((await signIn(eve.email)).status).toBe(201);
  });

  it("keeps the last active owner", async () => {
    const { code, stderr } = await adda("users", "deactivate", owner.email);
    expect([code, stderr]).toEqual([1, "This is the last active owner of the server. Make another one first.\n"]);
  });

  it("deletes a room under the eyes of its readers", async () => {
    const { id } = await owner.call<{ id: string }>("POST", "/api/rooms", { name: "Doomed" });
    const socket = new WebSocket(server.socketUrl, { headers: { authorization: `Bearer ${owner.token}` } });
    const frames: { type: string; payload: { reason?: string } }[] = [];
    socket.on("message", (data) => frames.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ type: "join", payload: { roomId: id } }));
    await expect.poll(() => frames.some(({ type }) => type === "joined")).toBe(true);

    expect((await adda("rooms", "delete", "doomed")).stdout).toBe("#Doomed is deleted.\n");
    await expect.poll(() => frames.find(({ type }) => type === "left")?.payload.reason).toBe("deleted");
    expect((await adda("rooms", "delete", "lobby")).code).toBe(1);
    expect((await adda("rooms", "list")).stdout).toMatch(/^lobby {2}Lobby {2}public/);
    socket.close();
  });
});

describe("owners of the server", () => {
  it("list all rooms page by page, the private ones too, and delete any but the lobby with their password", async () => {
    const pia = await signUpPerson(server.url, "Pia");
    const { id } = await pia.call<{ id: string }>("POST", "/api/rooms", { name: "Aardvarks", kind: "closed" });
    const pages: ServerRoom[][] = [];
    for (let after = ""; ; ) {
      const page = await owner.call<ServerRoomPage>("GET", `/api/admin/rooms?limit=1${after}`);
      pages.push([...page.rooms]);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    const rooms = pages.flat();
    expect(rooms).toContainEqual(expect.objectContaining({ id, name: "Aardvarks", kind: "closed", members: 1 }));
    const names = rooms.map(({ name }) => name.toLowerCase());
    expect(names).toEqual([...new Set(names)].sort());
    const { rooms: found } = await owner.call<ServerRoomPage>("GET", "/api/admin/rooms?query=aardv");
    expect(found.map((room) => room.id)).toEqual([id]);
    expect((await owner.fetch("GET", "/api/admin/rooms?after=lobby")).status).toBe(400);

    const remove = (room: string, body: object) => owner.fetch("DELETE", `/api/admin/rooms/${room}`, body);
    expect((await remove(id, {})).status).toBe(403);
    expect((await remove("lobby", { currentPassword: PASSWORD })).status).toBe(404);
    expect((await remove(id, { currentPassword: PASSWORD })).status).toBe(204);
    expect((await pia.fetch("GET", `/api/rooms/${id}/messages`)).status).toBe(404);
  });

  it("are the only ones for whom the routes of administration exist", async () => {
    const member = await signUpPerson(server.url, "Mina");
    const other = await signUpPerson(server.url, "Otto");
    const { id: secret } = await other.call<{ id: string }>("POST", "/api/rooms", { name: "Secret", kind: "closed" });
    const routes = [
      ["GET", "/api/admin/people", undefined],
      ["PATCH", `/api/admin/people/${other.id}`, { active: false }],
      ["PATCH", `/api/admin/people/${other.id}`, { role: "owner", currentPassword: PASSWORD }],
      ["POST", `/api/admin/people/${other.id}/reset-link`, { currentPassword: PASSWORD }],
      ["POST", `/api/admin/people/${other.id}/sign-out`, undefined],
      ["GET", "/api/admin/rooms", undefined],
      ["DELETE", `/api/admin/rooms/${secret}`, { currentPassword: PASSWORD }],
    ] as const;
    for (const [method, path, body] of routes) {
      expect((await fetch(server.url + path, { method })).status, path).toBe(401);
      expect((await member.fetch(method, path, body)).status, path).toBe(404);
    }
    for (const [method, path, body] of routes) {
      expect((await owner.fetch(method, path, body)).ok, `${method} ${path}`).toBe(true);
      if (body && "active" in body) await owner.call("PATCH", path, { active: true });
    }
  });

  it("give their password for what would let a lost token take an account over", async () => {
    const answers = [
      await owner.fetch("POST", `/api/admin/people/${owner.id}/reset-link`, {}),
      await owner.fetch("PATCH", `/api/admin/people/${owner.id}`, { role: "owner" }),
    ];
    for (const answer of answers) expect((await answer.json()).error.code).toBe("password_required");
  });

  it("find people by name and page through them", async () => {
    for (const name of ["Zed One", "Zed Two", "Zed Three"]) await signUpPerson(server.url, name);
    const first = await owner.call<{ people: { name: string }[]; next: string }>(
      "GET",
      "/api/admin/people?query=zed&limit=2",
    );
    expect(first.people.map(({ name }) => name)).toEqual(["Zed Three", "Zed Two"]);
    const second = await owner.call("GET", `/api/admin/people?query=zed&limit=2&after=${first.next}`);
    expect(second).toMatchObject({ people: [{ name: "Zed One" }], next: null });
  });
});

describe("one's own account", () => {
  it("speaks under its new name on a socket that was open before", async () => {
    const sam = await signUpPerson(server.url, "Sam");
    const socket = new WebSocket(server.socketUrl, { headers: { authorization: `Bearer ${sam.token}` } });
    const senders: (string | undefined)[] = [];
    socket.on("message", (data) => {
      const { type, payload } = JSON.parse(String(data));
      if (type === "chat" && payload.senderId === sam.id) senders.push(payload.sender);
      if (type === "joined") senders.push("joined");
    });
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ type: "join", payload: { roomId: "lobby" } }));
    await expect.poll(() => senders).toEqual(["joined"]);
    await sam.call("PATCH", "/api/me", { name: "Samantha" });
    socket.send(JSON.stringify({ type: "chat", payload: { message: "it is me" } }));
    await expect.poll(() => senders).toEqual(["joined", "Samantha"]);
    socket.close();
  });

  it("takes another name at once, and another address or password for the current password alone", async () => {
    const amy = await signUpPerson(server.url, "Amy");
    expect(await amy.call("PATCH", "/api/me", { name: "Amelia" })).toMatchObject({ name: "Amelia" });
    const change = async (body: object) => {
      const answer = await amy.fetch("PATCH", "/api/me", body);
      return [answer.status, answer.ok ? null : (await answer.json()).error] as const;
    };
    expect(await change({ email: "new@example.org" })).toMatchObject([403, { field: "currentPassword" }]);
    expect(await change({ email: "new@example.org", currentPassword: "not it" })).toMatchObject([
      400,
      { code: "invalid", field: "currentPassword" },
    ]);
    expect(await change({ email: owner.email, currentPassword: PASSWORD })).toMatchObject([
      400,
      { code: "invalid", field: "email" },
    ]);
    expect(await change({ email: "amelia@example.org", currentPassword: PASSWORD })).toEqual([200, null]);
    expect(await change({ password: "another long one", currentPassword: PASSWORD })).toEqual([200, null]);
    expect((await amy.fetch("GET", "/api/me")).status).toBe(401);
    expect((await signIn("amelia@example.org", "another long one")).status).toBe(201);
  });
});
