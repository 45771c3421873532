import * as argon2 from "@node-rs/argon2";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ControlEvent } from "@/server/backplane/backplane";
import { setConfig } from "@/server/config";
import { countAttempt } from "@/server/domain/attempts";
import { DEVICE_COOKIE, sealDevice } from "@/server/domain/device-cookie";
import { listMessages } from "@/server/domain/history";
import { createInvite } from "@/server/domain/invites";
import type { Refused } from "@/server/domain/refused";
import { browseRooms } from "@/server/domain/room-directory";
import { createSetupLink, isSetupToken, NOT_SET_UP } from "@/server/domain/setup-links";
import { changePassword, isFirstRun, signIn, signUp } from "@/server/domain/users";
import { testConfig, useTestDomain } from "../support/domain";
import { newAddress, newPerson, PASSWORD } from "../support/people";
import { proofOf } from "../support/rest";

vi.mock("@node-rs/argon2", async (load) => {
  const real = await load<typeof argon2>();
  return { hash: vi.fn(real.hash), verify: vi.fn(real.verify) };
});

const shared = useTestDomain();

beforeEach(() => {
  // Time stands still, so that a slow machine does not sit out a delay.
  vi.useFakeTimers({ toFake: ["Date"] });
  setConfig(testConfig());
  vi.mocked(argon2.hash).mockClear();
  vi.mocked(argon2.verify).mockClear();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Everything below runs after it, on a server that has an owner. */
describe("the first run", () => {
  it("is for this machine, and for who shows a setup link that is good, alone", async () => {
    const ada = { name: "Ada", email: "ada@example.com", password: PASSWORD, address: newAddress() };
    const link = new URL(await createSetupLink());
    const token = link.pathname.split("/").at(-1) ?? "";
    expect(await isSetupToken(token)).toBe(true);
    expect(JSON.stringify(await shared().prisma.setupLink.findMany())).not.toContain(token);

    for (const setupToken of [undefined, "", "made-up", `${token}x`]) {
      await expect(signUp({ ...ada, setupToken })).rejects.toMatchObject({ code: "forbidden", message: NOT_SET_UP });
    }
    vi.setSystemTime(Date.now() + 7 * 24 * 60 * 60_000);
    await expect(signUp({ ...ada, setupToken: token })).rejects.toMatchObject({ code: "forbidden" });
    expect(argon2.hash).not.toHaveBeenCalled();

    const setupToken = (await createSetupLink()).split("/").at(-1);
    expect(await signUp({ ...ada, setupToken })).toMatchObject({ role: "owner" });
    expect(await shared().prisma.setupLink.count()).toBe(0);

    // An emptied database is as a new one: what made its owner once makes none again.
    await shared().pool.query('TRUNCATE "User", "Room", "Message" CASCADE');
    await expect(signUp({ ...ada, setupToken })).rejects.toMatchObject({ code: "forbidden", message: NOT_SET_UP });
  });

  it("makes one owner of two who come first at once, also where an invite is needed", async () => {
    setConfig(testConfig({ SIGN_UP: "invite" }));
    expect(await isFirstRun()).toBe(true);

    const answers = await Promise.allSettled(["Ada", "Grace", "Mary", "Edith"].map((name) => newPerson(name)));

    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await isFirstRun()).toBe(false);
    const people = await shared().prisma.user.findMany({ where: { role: { not: "system" } } });
    expect(people.map(({ role }) => role)).toEqual(["owner"]);
  });

  it("opens a lobby in which Adda says welcome", async () => {
    const grace = await newPerson("Grace");

    const { rooms } = await browseRooms(grace);
    expect(rooms).toMatchObject([{ slug: "lobby", name: "Lobby", kind: "open", seq: 1, members: 2, role: "member" }]);
    const { messages, more } = await listMessages(grace, "lobby");
    expect(messages).toMatchObject([{ seq: 1, rev: 1, sender: "Adda", message: expect.stringContaining("Welcome") }]);
    expect(more).toBe(false);
  });

  it("lets nobody in as Adda itself", async () => {
    await expect(signIn({ email: "adda", password: "anything", address: newAddress() })).rejects.toMatchObject({
      code: "invalid",
    });
    await shared().prisma.user.updateMany({ where: { role: "system" }, data: { email: "adda@example.com" } });
    await expect(
      signIn({ email: "adda@example.com", password: "anything", address: newAddress() }),
    ).rejects.toMatchObject({ code: "unauthorized" });
  });
});

describe("signing up", () => {
  it("takes everybody where it is open, and nobody without an invite where it is not", async () => {
    expect(await newPerson("Open")).toMatchObject({ name: "Open", role: "member", sessionVersion: 1 });
    setConfig(testConfig({ SIGN_UP: "invite" }));
    await expect(newPerson("Closed")).rejects.toMatchObject({ code: "forbidden" });
    await expect(newPerson("Closed", { inviteToken: "made-up" })).rejects.toMatchObject({ code: "invite_invalid" });
  });

  it("tells about a taken address no more than about an invite that is missing", async () => {
    const taken = await newPerson("Taken");
    setConfig(testConfig({ SIGN_UP: "invite" }));
    const refusals = await Promise.allSettled([
      newPerson("Stranger", { email: taken.email }),
      newPerson("Stranger", { email: "free@example.com" }),
    ]);
    const [known, unknown] = refusals.map((refusal) => refusal.status === "rejected" && refusal.reason.toPayload());
    expect(known).toEqual(unknown);
    expect(argon2.verify).not.toHaveBeenCalled();
  });

  it("with a taken address is refused without a word about it, after as much work as making an account", async () => {
    const taken = await newPerson("Taken");
    const work = () => vi.mocked(argon2.hash).mock.calls.length + vi.mocked(argon2.verify).mock.calls.length;

    const before = work();
    const refused = signUp({ name: "Thief", email: taken.email, password: "not the one", address: newAddress() });
    await expect(refused).rejects.toMatchObject({ code: "forbidden", details: {} });
    expect(work() - before).toBe(1);

    const beforeNew = work();
    await newPerson("New");
    expect(work() - beforeNew).toBe(1);
  });

  it("again with one's own address and password signs in and changes nothing", async () => {
    const grace = await newPerson("Grace");
    expect(await newPerson("Somebody", { email: grace.email.toUpperCase() })).toEqual(grace);
  });

  it("twice at the same moment makes one account", async () => {
    const twice = { name: "Twin", email: "twin@example.com", password: PASSWORD, address: newAddress() };
    const [first, second] = await Promise.all([signUp(twice), signUp(twice)]);
    expect(first).toEqual(second);
  });

  it("joins the lobby, but not one that was closed or archived", async () => {
    const lobby = { where: { slug: "lobby" } };
    await shared().prisma.room.update({ ...lobby, data: { kind: "closed" } });
    expect((await browseRooms(await newPerson("Outsider"))).rooms).toEqual([]);
    await shared().prisma.room.update({ ...lobby, data: { kind: "open", archivedAt: new Date() } });
    expect((await browseRooms(await newPerson("Late"))).rooms).toMatchObject([{ slug: "lobby", joined: false }]);
    await shared().prisma.room.update({ ...lobby, data: { archivedAt: null } });
    expect((await browseRooms(await newPerson("Welcome"))).rooms).toMatchObject([{ slug: "lobby", joined: true }]);
  });

  it("is counted by where it comes from", async () => {
    setConfig(testConfig({ SIGN_UPS_PER_ADDRESS_PER_HOUR: "30" }));
    const address = newAddress();
    const tries = Array.from({ length: 31 }, () =>
      signUp({ name: "Flood", email: "flood@example.com", password: "x".repeat(8), address, inviteToken: "made-up" }),
    );
    const codes = (await Promise.allSettled(tries)).map((t) => (t.status === "rejected" ? t.reason.code : "ok"));
    expect(codes.filter((code) => code === "invite_invalid")).toHaveLength(30);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(1);
  });
});

describe("signing up with an invite", () => {
  it("is not held up by others on the network, who used up its accounts", async () => {
    const owner = await shared().prisma.user.findFirstOrThrow({ where: { role: "owner" } });
    const { token: inviteToken } = await createInvite({ ...owner, role: "owner" });
    const [address, name] = [newAddress(), "Crowd"];
    const sign = (n: number) => signUp({ name, email: `${n}@x`, password: PASSWORD, address, inviteToken: "made-up" });
    await Promise.allSettled(Array.from({ length: 30 }, (_, n) => sign(n)));
    const guest = { name: "Guest", email: "guest@example.com", password: PASSWORD, address };
    await expect(signUp(guest)).rejects.toMatchObject({ code: "rate_limited" });
    expect(await signUp({ ...guest, inviteToken })).toMatchObject({ name: "Guest" });
  });
});

describe("signing in", () => {
  it("takes the right password, however the address is typed", async () => {
    const grace = await newPerson("Grace");
    const email = ` ${grace.email.toUpperCase()} `;
    expect(await signIn({ email, password: PASSWORD, address: newAddress() })).toEqual(grace);
  });

  it("answers an unknown address as a wrong password: in the same words, after the same work", async () => {
    const grace = await newPerson("Grace");
    const refusals = [];
    for (const email of [grace.email, "nobody@example.com"]) {
      vi.mocked(argon2.verify).mockClear();
      const refusal = await signIn({ email, password: "wrong", address: newAddress() }).catch((error) => error);
      expect(argon2.verify).toHaveBeenCalledTimes(1);
      expect(vi.mocked(argon2.verify).mock.calls[0]?.[0]).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      refusals.push(refusal.toPayload());
    }
    expect(refusals[0]).toEqual({ code: "unauthorized", message: expect.any(String) });
    expect(refusals[1]).toEqual(refusals[0]);
  });

  it("slows down one place that guesses at an account, up to five minutes, and not its person elsewhere", async () => {
    const grace = await newPerson("Grace");
    const address = newAddress();
    const guess = (from = address, password = "wrong") => signIn({ email: grace.email, password, address: from });

    for (let free = 0; free < 5; free++) await expect(guess()).rejects.toMatchObject({ code: "unauthorized" });
    for (const waitS of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      await expect(guess()).rejects.toMatchObject({ code: "unauthorized" });
      await expect(guess()).rejects.toMatchObject({ code: "rate_limited", details: { retryAfterMs: waitS * 1_000 } });
      expect(await guess(newAddress(), PASSWORD)).toEqual(grace);
      vi.setSystemTime(Date.now() + waitS * 1_000);
    }
    expect(await guess(address, PASSWORD)).toEqual(grace);
    await expect(guess()).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("slows down for an address that nobody has just the same", async () => {
    const address = newAddress();
    const guess = () => signIn({ email: "ghost@example.com", password: "wrong", address });
    for (let free = 0; free < 6; free++) await expect(guess()).rejects.toMatchObject({ code: "unauthorized" });
    await expect(guess()).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("counts guesses that come all at once", async () => {
    const address = newAddress();
    const guess = () => signIn({ email: "crowd@example.com", password: "wrong", address });
    const guesses = await Promise.allSettled(Array.from({ length: 20 }, guess));
    const looked = guesses.filter((g) => g.status === "rejected" && g.reason.code === "unauthorized");
    expect(looked).toHaveLength(6);
    expect(argon2.verify).toHaveBeenCalledTimes(6);
  });

  it("bounds the guesses of any number of networks at one account: fifty, and then one in ten seconds", async () => {
    const HOUR_MS = 60 * 60_000;
    const account = "botnet@example.com";
    const end = Date.now() + HOUR_MS;
    let looked = 0;
    while (Date.now() < end) {
      await countAttempt({ account, place: { address: newAddress() } }).then(
        () => looked++,
        ({ details }: Refused) => vi.setSystemTime(Date.now() + (details.retryAfterMs ?? 0)),
      );
    }
    expect(looked).toBeGreaterThan(300);
    expect(looked).toBeLessThanOrEqual(50 + 5 + HOUR_MS / 10_000);
  });

  it("lets the account's person in from a network that it knows, and a browser that it knows, whoever else guesses", async () => {
    const grace = await newPerson("Grace");
    const [home, office] = [newAddress(), newAddress()];
    const browser = { cookie: `${DEVICE_COOKIE(false)}=${sealDevice(undefined, grace.id)}` };
    const enter = (where: { address: string; cookie?: string }, password = PASSWORD) =>
      signIn({ email: grace.email, password, ...where });
    await enter({ address: home });
    // A botnet guesses at her account, and a colleague in the office guesses at it and at everybody's.
    for (let n = 0; n < 60; n++) await enter({ address: newAddress() }, "wrong").catch(() => {});
    for (let n = 0; n < 10; n++) await enter({ address: office }, "wrong").catch(() => {});
    for (let n = 0; n < 60; n++) {
      await signIn({ email: `colleague${n}@x`, password: "wrong", address: office }).catch(() => {});
    }

    await expect(enter({ address: newAddress() })).rejects.toMatchObject({ code: "rate_limited" });
    await expect(enter({ address: office })).rejects.toMatchObject({ code: "rate_limited" });
    expect(await enter({ address: home })).toEqual(grace);
    expect(await enter({ address: office, ...browser })).toEqual(grace);
    const stolen = { cookie: `${DEVICE_COOKIE(false)}=${sealDevice(undefined, (await newPerson("Other")).id)}` };
    await expect(enter({ address: newAddress(), ...stolen })).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("slows down a known browser's guesses as any place's", async () => {
    const grace = await newPerson("Grace");
    const cookie = `${DEVICE_COOKIE(false)}=${sealDevice(undefined, grace.id)}`;
    const guess = () => signIn({ email: grace.email, password: "wrong", address: newAddress(), cookie });
    for (let free = 0; free < 6; free++) await expect(guess()).rejects.toMatchObject({ code: "unauthorized" });
    await expect(guess()).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("slows down a network that tries many accounts for half a minute at most, and not a right password from there", async () => {
    setConfig(testConfig({ SIGN_IN_ATTEMPTS_PER_ADDRESS: "3" }));
    const grace = await newPerson("Grace");
    const address = newAddress();
    for (let right = 0; right < 5; right++) await signIn({ email: grace.email, password: PASSWORD, address });

    const spray = (email: string) => signIn({ email, password: "wrong", address });
    let waitMs = 0;
    for (let n = 0; n < 30; n++) {
      await spray(`${n}@x`).catch(({ details }: Refused) => {
        waitMs = Math.max(waitMs, details.retryAfterMs ?? 0);
        vi.setSystemTime(Date.now() + (details.retryAfterMs ?? 0));
      });
    }
    expect(waitMs).toBe(30_000);
    expect(await signIn({ email: grace.email, password: PASSWORD, address })).toEqual(grace);
  });
});

describe("changing the password", () => {
  it("takes the current one, and ends every session that the old one made", async () => {
    const grace = await newPerson("Grace");
    const heard: ControlEvent[] = [];
    const stop = shared().backplane.onControl((event) => heard.push(event));

    const input = { currentPassword: PASSWORD, password: "a new password" };
    const changed = await changePassword(await proofOf(grace), input);
    stop();

    expect(changed).toEqual({ ...grace, sessionVersion: 2 });
    expect(heard).toEqual([{ type: "session-ended", userId: grace.id, sessionVersion: 2 }]);
    const address = newAddress();
    expect(await signIn({ email: grace.email, password: "a new password", address })).toEqual(changed);
    await expect(signIn({ email: grace.email, password: PASSWORD, address })).rejects.toMatchObject({
      code: "unauthorized",
    });
  });

  it("names the field that is wrong, and slows down whoever guesses in an open session", async () => {
    const grace = await newPerson("Grace");
    const proof = await proofOf(grace);
    const change = (currentPassword: string, password = "a new password") =>
      changePassword(proof, { currentPassword, password });
    await expect(change(PASSWORD, "short")).rejects.toMatchObject({ details: { field: "password" } });
    for (let free = 0; free < 6; free++) {
      await expect(change("wrong")).rejects.toMatchObject({ code: "invalid", details: { field: "currentPassword" } });
    }
    await expect(change("wrong")).rejects.toMatchObject({ code: "rate_limited" });
    // The account's person, in a session of their own.
    const input = { currentPassword: PASSWORD, password: "a new password" };
    expect(await changePassword(await proofOf(grace), input)).toMatchObject({ sessionVersion: 2 });
  });
});
