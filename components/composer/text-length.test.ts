import { describe, expect, it } from "vitest";
import { MESSAGE_MAX_LENGTH } from "@/protocol/limits";
import { charactersLeft, toMessage, tooLong } from "./text-length";

describe("toMessage", () => {
  it("leaves out blank lines before and white space after, and keeps an indented first line", () => {
    expect(toMessage(" \n\n  code\n  more \n ")).toBe("  code\n  more");
    expect(toMessage(" \n\t ")).toBe("");
  });

  it("is linear for hostile text", () => {
    const started = performance.now();
    toMessage(`${" ".repeat(500_000)}x${"\n".repeat(500_000)}x`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("the limit", () => {
  it("is counted only when it is near", () => {
    expect(charactersLeft("x".repeat(MESSAGE_MAX_LENGTH - 401))).toBeNull();
    expect(charactersLeft("x".repeat(MESSAGE_MAX_LENGTH - 400))).toBe(400);
    expect(charactersLeft(`${"x".repeat(MESSAGE_MAX_LENGTH)}\n`)).toBe(0);
  });

  it("says by how much a text is too long", () => {
    expect(tooLong("x".repeat(MESSAGE_MAX_LENGTH))).toBeNull();
    expect(tooLong("x".repeat(MESSAGE_MAX_LENGTH + 1))).toMatch(/^1 character too many/);
    expect(tooLong("x".repeat(MESSAGE_MAX_LENGTH + 1234))).toMatch(/^1,234 characters too many/);
  });
});
