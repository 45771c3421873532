import { encode } from "next-auth/jwt";
import { describe, expect, it } from "vitest";
import { CloseCode } from "@/protocol/close-codes";
import { config } from "@/server/config";
import { addMember, leaveRoom, removeMember } from "@/server/domain/memberships";
import { updateRoom } from "@/server/domain/rooms";
import { findSessionClaims } from "@/server/domain/session-cookie";
import { endSession, endSessions, SESSION_COOKIE, startSession } from "@/server/domain/sessions";
import { createToken, listTokens, revokeToken } from "@/server/domain/tokens";
import { changePassword } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";
import { shared } from "@/server/shared";
import { holdQuery } from "../support/hold-query";
import { ORIGIN, TestSocket, useTestRealtime } from "../support/realtime";
import { proofOf } from "../support/rest";

const WITHIN_MS = 1_000;
const PASSWORD = "a long password";

const { person, connect, serve, room, url } = useTestRealtime();

describe("within a second, on every process", () => {
  it("signing out ends the sockets of that session and of no other", async () => {
    const elsewhere = await serve();
    const ada = await person("Ada");
    const [phone, laptop] = [await startSession(ada), await startSession(ada)];
    const ended = [await withCookie(phone), await withCookie(phone, elsewhere.url)];
    const stays = [await withCookie(laptop), await connect(ada), await connect(await person("Grace"))];
    const since = Date.now();
    await endSession(await claimsOf(phone));
    await expectEnded(ended, since);
    await expectAlive(stays);
  });

  it("signing out everywhere ends every session's sockets; tokens stay, and so does everybody else", async () => {
    const elsewhere = await serve();
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const ended = [await withCookie(await startSession(ada)), await withCookie(await startSession(ada), elsewhere.url)];
    const stays = [await connect(ada), await withCookie(await startSession(grace))];
    const since = Date.now();
    await endSessions(ada);
    await expectEnded(ended, since);
    await expectAlive(stays);
  });

  it("a new password ends every session's sockets, and lets in who signs in with it", async () => {
    const ada = await person("Ada");
    const ended = [await withCookie(await startSession(ada))];
    const since = Date.now();
    const input = { currentPassword: PASSWORD, password: "another long password", revokeTokens: false };
    const changed = await changePassword(await proofOf(ada), input);
    await expectEnded(ended, since + WITHIN_MS);
    await expectAlive([await withCookie(await startSession(changed)), await connect(ada)]);
  });

  it("a new password ends the sockets of every API token too, unless it is asked not to", async () => {
    const elsewhere = await serve();
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { token } = await createToken(ada, { name: "bot" });
    const ended = [await connect(ada), await connect({ token }), await connect({ token }, elsewhere.url)];
    const stays = [await connect(grace)];
    await changePassword(await proofOf(ada), { currentPassword: PASSWORD, password: "another long password" });
    await expectEnded(ended, Date.now());
    await expectAlive(stays);
    await expect(connect({ token })).rejects.toMatchObject({ status: 401 });
    expect(await listTokens(ada)).toEqual([]);
  });

  it("revoking a token ends its sockets and no other's", async () => {
    const elsewhere = await serve();
    const ada = await person("Ada");
    const { id, token } = await createToken(ada, { name: "bot" });
    const ended = [await connect({ token }), await connect({ token }, elsewhere.url)];
    const stays = [await connect(ada), await withCookie(await startSession(ada))];
    const since = Date.now();
    await revokeToken(ada, id);
    await expectEnded(ended, since);
    await expectAlive(stays);
    await expect(connect({ token })).rejects.toMatchObject({ status: 401 });
  });

  it("removal from a room ends every subscription to it and to no other", async () => {
    const elsewhere = await serve();
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const [closed, other] = [await room(ada, "Closed", "closed"), await room(ada, "Other")];
    await addMember(ada, closed.id, grace.id);
    const [adas, ...graces] = [await connect(ada), await connect(grace), await connect(grace, elsewhere.url)] as const;
    for (const socket of [adas, ...graces]) {
      await socket.join(other.id);
      await socket.join(closed.id);
    }
    const since = Date.now();
    await removeMember(ada, closed.id, grace.id);
    for (const socket of graces) {
      expect((await socket.next("left")).payload).toEqual({ roomId: closed.id, reason: "removed" });
      expect(Date.now() - since).toBeLessThan(WITHIN_MS);
      socket.send({ type: "chat", payload: { message: "still here?" } });
      expect((await socket.next("error")).payload.code).toBe("not_joined");
      socket.send({ type: "chat", payload: { roomId: closed.id, message: "and so?" } });
      expect((await socket.next("error")).payload.code).toBe("not_found");
      socket.send({ type: "join", payload: { roomId: closed.id } });
      expect((await socket.next("error")).payload.code).toBe("not_found");
    }
    await adas.say("we are alone", { roomId: closed.id });
    const [open, after] = [await adas.say("are we?", { roomId: other.id }), graces[0]];
    expect((await after.next("chat")).payload.id).toBe(open.id);
    for (const socket of graces) expect(chatsIn(socket, closed.id)).toEqual([]);
  });

  it("leaving a room in one tab ends it in the others", async () => {
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Left");
    const tabs = [await connect(grace), await connect(grace)];
    for (const tab of tabs) await tab.join(id);
    await leaveRoom(grace, id);
    for (const tab of tabs) expect((await tab.next("left")).payload).toEqual({ roomId: id, reason: "left" });
    const adas = await connect(ada);
    expect((await adas.join(id)).count).toBe(1);
  });
});

describe("what ends while a room is being joined", () => {
  it("a membership that ends between the looking up and the listening is noticed", async () => {
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Between", "closed");
    await addMember(ada, id, grace.id);
    const socket = await connect(grace);
    socket.send({ type: "ping" });
    await socket.next("pong");
    const gate = holdQuery("find-entries");
    socket.send({ type: "join", payload: { roomId: id } });
    await gate.reached;
    await removeMember(ada, id, grace.id);
    gate.open();
    expect((await socket.next("left")).payload).toEqual({ roomId: id, reason: "removed" });
    const adas = await connect(ada);
    await adas.join(id);
    await adas.say("alone");
    await expectAlive([socket]);
    expect(chatsIn(socket, id)).toEqual([]);
  });

  it("a membership that ends while the page is being read is answered with left and no page", async () => {
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Reading", "closed");
    await addMember(ada, id, grace.id);
    const socket = await connect(grace);
    const gate = holdQuery("recent-changes");
    socket.send({ type: "join", payload: { roomId: id } });
    await gate.reached;
    await removeMember(ada, id, grace.id);
    gate.open();
    expect((await socket.next("left")).payload).toEqual({ roomId: id, reason: "removed" });
    expect(socket.frames.filter(({ type }) => type === "joined")).toEqual([]);
  });

  it("a session that ends meanwhile ends the socket, and nobody is counted as present", async () => {
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Ghost");
    await addMember(ada, id, grace.id);
    const socket = await withCookie(await startSession(grace));
    const gate = holdQuery("recent-changes");
    socket.send({ type: "join", payload: { roomId: id } });
    await gate.reached;
    await endSessions(grace);
    expect((await socket.untilClosed()).code).toBe(CloseCode.sessionEnded);
    gate.open();
    const adas = await connect(ada);
    expect((await adas.join(id)).count).toBe(1);
    expect(socket.frames.filter(({ type }) => type === "joined")).toEqual([]);
  });

  it("a room that is archived meanwhile is joined by a member, and written by nobody", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Archiving");
    const socket = await connect(ada);
    const gate = holdQuery("recent-changes");
    socket.send({ type: "join", payload: { roomId: id } });
    socket.send({ type: "chat", payload: { message: "too late", clientId: "late" } });
    await gate.reached;
    await updateRoom(ada, id, { archived: true });
    gate.open();
    await socket.next("joined");
    expect((await socket.next("error")).payload).toMatchObject({ code: "archived", clientId: "late" });
  });
});

/** The control event is lost here: only the database is changed. The next look at it must be enough. */
describe("when the word of it is lost, the next look at the database ends", () => {
  const beating = { heartbeatIntervalMs: 400 };

  it("a session whose version was raised, one that was signed out, and a token that is gone", async () => {
    const { url } = await serve(beating);
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const sealed = await startSession(grace);
    const claims = await claimsOf(sealed);
    const ended = [
      await withCookie(await startSession(ada), url),
      await withCookie(sealed, url),
      await connect(ada, url),
    ];
    const stays = [await withCookie(await startSession(grace), url), await connect(grace, url)];
    const [{ id: tokenId } = { id: "" }] = await listTokens(ada);
    await shared().prisma.user.update({ where: { id: ada.id }, data: { sessionVersion: { increment: 1 } } });
    await shared().prisma.endedSession.create({ data: { id: claims.sessionId, expiresAt: claims.expiresAt } });
    await shared().prisma.token.delete({ where: { id: tokenId } });
    for (const socket of ended) expect((await socket.untilClosed()).code).toBe(CloseCode.sessionEnded);
    await expectAlive(stays);
  });

  it("a subscription whose membership is gone", async () => {
    const { url } = await serve(beating);
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Lost word");
    const socket = await connect(grace, url);
    await socket.join(id);
    await shared().prisma.membership.deleteMany({ where: { userId: grace.id, roomId: id } });
    expect((await socket.next("left")).payload).toEqual({ roomId: id, reason: "removed" });
    await expectAlive([socket]);
  });
});

describe("a token that runs out while its socket lives", () => {
  it("ends the socket on time, and opens no other", async () => {
    const ada = await person("Ada");
    const { id, token } = await createToken(ada, { name: "bot", expiresInDays: 1 });
    const expiresAt = new Date(Date.now() + 1_500);
    await shared().prisma.token.update({ where: { id }, data: { expiresAt } });
    const socket = await connect({ token });
    await expectAlive([socket]);
    expect((await socket.untilClosed()).code).toBe(CloseCode.sessionEnded);
    expect(Date.now() - expiresAt.getTime()).toBeLessThan(WITHIN_MS);
    await expect(connect({ token })).rejects.toMatchObject({ status: 401 });
  });
});

describe("a session that runs out while its socket lives", () => {
  it("ends the socket; one that lasts longer stays", async () => {
    const { url } = await serve({ heartbeatIntervalMs: 400 });
    const ada = await person("Ada");
    const [short, long] = [await withCookie(await seal(ada, 2), url), await withCookie(await seal(ada, 60), url)];
    expect((await short.untilClosed()).code).toBe(CloseCode.sessionEnded);
    await expectAlive([long]);
  });
});

describe("a peer that does not answer pings", () => {
  it("is taken for dead, and its person leaves the room", async () => {
    const { url } = await serve({ heartbeatIntervalMs: 400 });
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Dead");
    const watcher = await connect(ada, url);
    await watcher.join(id);
    const dead = await connect(grace, url);
    await dead.join(id);
    let told = await watcher.next("presence");
    while (told.payload.count !== 2) told = await watcher.next("presence");
    dead.socket.pause();
    while (told.payload.count !== 1) told = await watcher.next("presence");
    expect(told.payload.people).toEqual([{ id: ada.id, name: "Ada" }]);
  });
});

async function withCookie(sealed: string, at = url()): Promise<TestSocket> {
  const socket = await TestSocket.open(at, { cookie: `${SESSION_COOKIE(false)}=${sealed}`, origin: ORIGIN });
  socket.send({ type: "ping" });
  await socket.next("pong");
  return socket;
}

async function expectEnded(sockets: TestSocket[], since: number): Promise<void> {
  for (const socket of sockets) expect((await socket.untilClosed()).code).toBe(CloseCode.sessionEnded);
  expect(Date.now() - since).toBeLessThan(WITHIN_MS);
}

async function expectAlive(sockets: TestSocket[]): Promise<void> {
  for (const socket of sockets) {
    socket.send({ type: "ping" });
    await socket.next("pong");
  }
}

function chatsIn(socket: TestSocket, roomId: string) {
  return socket.frames.filter((frame) => frame.type === "chat" && frame.payload.roomId === roomId);
}

async function claimsOf(sealed: string) {
  const claims = await findSessionClaims(`${SESSION_COOKIE(false)}=${sealed}`);
  if (!claims) throw new Error("A session that was just started is good.");
  return claims;
}

/** A session's cookie that lasts as long as is asked for. */
function seal({ id, sessionVersion }: Viewer, maxAge: number): Promise<string> {
  const sid = crypto.randomUUID();
  return encode({ token: { sub: id, sid, sessionVersion }, secret: config().authSecret, maxAge });
}
