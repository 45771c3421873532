import { describe, expect, it } from "vitest";
import { ownPath } from "./own-path";

describe("ownPath", () => {
  it("keeps a path of this server with its query and hash", () => {
    expect(ownPath("/rooms/lobby?at=3#m")).toBe("/rooms/lobby?at=3#m");
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n\\evil.example",
    "javascript:alert(1)",
    "rooms",
    "",
    undefined,
    ["/rooms"],
  ])("leads home instead of to %j", (wanted) => {
    expect(ownPath(wanted)).toBe("/");
  });

  it("does not come to another server's address by its dots", () => {
    expect(ownPath("/..//evil.example")).toBe("/");
  });
});
