import { describe, expect, it } from "vitest";
import { newInvite, newRoom, newUser, parse, roomChanges } from "./fields";
import { Refused } from "./refused";

const grace = { name: "Grace", email: "grace@example.com", password: "correct horse" };

describe("a new user", () => {
  it("has a tidy name and a lower-case address, and the password as it was typed", () => {
    const user = { name: "  Grace \n Hopper ", email: " Grace@Example.COM ", password: "  two  spaces  " };
    expect(parse(newUser, user)).toEqual({
      name: "Grace Hopper",
      email: "grace@example.com",
      password: "  two  spaces  ",
    });
  });

  it("may live on this very machine, and may write in any script", () => {
    expect(parse(newUser, { ...grace, email: "grace@localhost", name: "গ্রেস" })).toMatchObject({ name: "গ্রেস" });
    expect(parse(newUser, { ...grace, email: "用户@例子.广告" })).toMatchObject({ email: "用户@例子.广告" });
  });

  it("may join letters and emoji as their script does", () => {
    for (const name of ["می\u200cخواهم", "👩‍👩‍👧‍👦 us", "নমস্\u200dকার"]) {
      expect(parse(newUser, { ...grace, name })).toMatchObject({ name });
    }
  });

  it.each(["name", "email", "password"])("a %s of two million marks is refused without being looked at", (field) => {
    const long = `a${"\u0301".repeat(1_000_000)}${"\u0323".repeat(1_000_000)}`;
    const startedAt = performance.now();
    expect(refusal(() => parse(newUser, { ...grace, [field]: long }))).toMatchObject({ code: "invalid", field });
    expect(performance.now() - startedAt).toBeLessThan(200);
  });

  it("is the same when it is read twice", () => {
    const once = parse(newUser, { ...grace, name: " ﬁ\u00a0x ", email: "ÅNGSTRÖM@X.se" });
    expect(parse(newUser, once)).toEqual(once);
  });

  it.each([
    ["name", { name: "" }],
    ["name", { name: "   " }],
    ["name", { name: "\u200b\u200d" }],
    ["name", { name: "\u2800\u3164" }],
    ["name", { name: "Gra\u200bce" }],
    ["name", { name: "Grace\u200d" }],
    ["name", { name: "Adda" }],
    ["name", { name: "x".repeat(61) }],
    ["name", { name: "bell\u0007" }],
    ["name", { name: "evil\u202egnp.exe" }],
    ["name", { name: "half \ud800" }],
    ["name", { name: 7 }],
    ["email", { email: "" }],
    ["email", { email: "grace" }],
    ["email", { email: "grace@" }],
    ["email", { email: "@example.com" }],
    ["email", { email: "gr ace@example.com" }],
    ["email", { email: "adda" }],
    ["email", { email: "nul\0@example.com" }],
    ["email", { email: `${"x".repeat(250)}@example.com` }],
    ["email", { email: null }],
    ["password", { password: "seven77" }],
    ["password", { password: "x".repeat(201) }],
    ["password", { password: undefined }],
  ])("is refused for its %s: %j", (field, wrong) => {
    expect(refusal(() => parse(newUser, { ...grace, ...wrong }))).toMatchObject({ code: "invalid", field });
  });
});

describe("a room", () => {
  it("is open and without a topic when nothing else is said", () => {
    expect(parse(newRoom, { name: "Garden" })).toEqual({ name: "Garden", topic: "", kind: "open" });
  });

  it("keeps what a change does not name", () => {
    expect(parse(roomChanges, { topic: "" })).toEqual({ topic: "" });
  });

  it.each([
    ["name", { name: " " }],
    ["name", { name: "\u2800\u3164" }],
    ["name", { name: "Gra\u200bce" }],
    ["name", { name: "Grace\u200d" }],
    ["name", { name: "x".repeat(61) }],
    ["topic", { name: "ok", topic: "x".repeat(201) }],
    ["kind", { name: "ok", kind: "secret" }],
  ])("is refused for its %s", (field, wrong) => {
    expect(refusal(() => parse(newRoom, wrong))).toMatchObject({ code: "invalid", field });
  });
});

describe("an invite", () => {
  it("is good for a week when nothing else is said", () => {
    expect(parse(newInvite, {})).toEqual({ expiresInHours: 168, maxUses: null });
  });

  it.each([0, -1, 721, Number.NaN, "24"])("is refused for %j hours", (expiresInHours) => {
    expect(refusal(() => parse(newInvite, { expiresInHours }))).toMatchObject({ field: "expiresInHours" });
  });
});

function refusal(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (error instanceof Refused) return error.toPayload();
    throw error;
  }
  throw new Error("It was not refused.");
}
