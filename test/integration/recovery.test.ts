import { describe, expect, it } from "vitest";
import { setConfig } from "@/server/config";
import { createResetLinkFor, endAccessOf, setActive, setServerRole } from "@/server/domain/administration";
import { createInvite, findInvite } from "@/server/domain/invites";
import { isResetTokenGood, resetPassword } from "@/server/domain/reset-links";
import { findViewerBySession, findViewerByToken, requireUser, startSession } from "@/server/domain/sessions";
import { createToken } from "@/server/domain/tokens";
import { signIn } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";
import { testConfig, useTestDomain } from "../support/domain";
import { newPerson, PASSWORD } from "../support/people";

const shared = useTestDomain();
const NEW_PASSWORD = "another long password";

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code ?? String(error),
  );
const address = "198.51.100.20";

async function linkFor({ id }: Viewer): Promise<string> {
  const { url } = await createResetLinkFor("operator", id);
  return url.split("/").at(-1) ?? "";
}

async function newOwner(name: string): Promise<Viewer> {
  const person = await newPerson(name);
  await setServerRole("operator", person.id, "owner");
  return requireUser(person.id);
}

describe("a reset link", () => {
  it("works once, of two at once too, and ends every session and token", async () => {
    const frida = await newPerson("Frida");
    const { token: bearer } = await createToken(frida, { name: "bot" });
    const cookie = `next-auth.session-token=${await startSession(frida)}`;
    expect(await findViewerBySession(cookie)).not.toBeNull();
    const token = await linkFor(frida);

    const outcomes = await Promise.all([1, 2].map(() => codeOf(resetPassword({ token, password: NEW_PASSWORD }))));
    expect(outcomes.toSorted()).toEqual(["done", "invite_invalid"]);
    expect(await findViewerBySession(cookie)).toBeNull();
    expect(await findViewerByToken(bearer)).toBeNull();
    expect(await codeOf(signIn({ email: frida.email, password: PASSWORD, address }))).toBe("unauthorized");
    expect(await codeOf(signIn({ email: frida.email, password: NEW_PASSWORD, address }))).toBe("done");
  });

  it("keeps the tokens when that is wanted", async () => {
    const frida = await newPerson("Frida");
    const { token: bearer } = await createToken(frida, { name: "bot" });
    await resetPassword({ token: await linkFor(frida), password: NEW_PASSWORD, revokeTokens: false });
    expect(await findViewerByToken(bearer)).not.toBeNull();
  });

  it("is refused alike when it has expired, was replaced, was used or never was, and is stored as a hash", async () => {
    const frida = await newPerson("Frida");
    const replaced = await linkFor(frida);
    const expired = await linkFor(frida);
    await shared().prisma.resetLink.updateMany({ where: { userId: frida.id }, data: { expiresAt: new Date(0) } });
    for (const token of [replaced, expired, "x".repeat(32), "", "x".repeat(100_000)]) {
      expect(await isResetTokenGood(token)).toBe(false);
      expect(await codeOf(resetPassword({ token, password: NEW_PASSWORD }))).toBe("invite_invalid");
    }
    const rows = await shared().prisma.resetLink.findMany();
    expect(JSON.stringify(rows)).not.toContain(expired);
  });

  it("ends when its person is signed out everywhere or deactivated", async () => {
    const frida = await newPerson("Frida");
    const first = await linkFor(frida);
    await endAccessOf("operator", frida.id);
    expect(await isResetTokenGood(first)).toBe(false);
    const second = await linkFor(frida);
    await setActive("operator", frida.id, false);
    expect(await isResetTokenGood(second)).toBe(false);
  });
});

describe("the last active owner", () => {
  it("stays, also when all owners deactivate or demote each other at once", async () => {
    const { prisma } = shared();
    await prisma.user.updateMany({ where: { role: "owner" }, data: { role: "member" } });
    const owners = [await newOwner("One"), await newOwner("Two"), await newOwner("Three")];
    await Promise.all(
      owners.map((owner, index) => {
        const next = owners[(index + 1) % owners.length] as Viewer;
        return codeOf(index === 0 ? setServerRole(owner, next.id, "member") : setActive(owner, next.id, false));
      }),
    );
    expect(await prisma.user.count({ where: { role: "owner", deactivatedAt: null } })).toBe(1);
  });
});

it("the invites of a deactivated person admit nobody, until they are active again", async () => {
  const owner = await newOwner("Inviting");
  await newOwner("Another");
  const { token } = await createInvite(owner);
  expect(await findInvite(token)).not.toBeNull();
  await setActive("operator", owner.id, false);
  expect(await findInvite(token)).toBeNull();
  await setActive("operator", owner.id, true);
  expect(await findInvite(token)).not.toBeNull();
});

it("of many invites that somebody makes at once, as many are made as they may have", async () => {
  const owner = await newOwner("Many");
  setConfig(testConfig({ INVITES_PER_USER: "5" }));
  const made = await Promise.all(Array.from({ length: 15 }, () => codeOf(createInvite(owner))));
  setConfig(testConfig());
  expect(made.filter((code) => code === "done")).toHaveLength(5);
  expect(new Set(made)).toEqual(new Set(["done", "too_many"]));
});
