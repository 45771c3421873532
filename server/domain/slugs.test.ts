import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SLUG_MAX_LENGTH } from "@/protocol/limits";
import { isUuid, readRoomRef, slugCandidates, slugOf } from "./slugs";

describe("a room's slug", () => {
  it.each([
    ["Lobby", "lobby"],
    ["  Release 2.0: what's left? ", "release-2-0-what-s-left"],
    ["Café Ünïcode", "café-ünïcode"],
    ["আড্ডা", "আড্ডা"],
    ["東京 オフィス", "東京-オフィス"],
    ["ＦＵＬＬ width", "full-width"],
    ["🎉🎉", "room"],
    ["new", "new-room"],
    ["Browse", "browse-room"],
    ["0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10", "0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10-room"],
  ])("of %j is %j", (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  it("stays short enough for the number that tells two rooms apart", () => {
    const slug = slugOf("x".repeat(500));
    expect(`${slug}-1000000`.length).toBeLessThanOrEqual(SLUG_MAX_LENGTH);
  });

  it("is always readable, never an id, and found again by itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (name) => {
        const slug = slugOf(name);
        expect(slug).toMatch(/^[\p{L}\p{N}]([\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u);
        expect(isUuid(slug)).toBe(false);
        expect(slugOf(slug)).toBe(slug);
        expect(readRoomRef(slug)).toEqual({ slug });
      }),
      { numRuns: 500 },
    );
  });

  it("is followed by the same with a number", () => {
    const candidates = slugCandidates("lobby");
    expect([candidates.next().value, candidates.next().value, candidates.next().value]).toEqual([
      "lobby",
      "lobby-2",
      "lobby-3",
    ]);
  });
});

describe("a reference to a room", () => {
  it("is an id or a slug, however it was typed", () => {
    const id = "0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10";
    expect(readRoomRef(id.toUpperCase())).toEqual({ id });
    expect(readRoomRef("LOBBY")).toEqual({ slug: "lobby" });
  });

  it.each(["", " ", "a b", "a/b", "nul\0", "\ud800", "a".repeat(SLUG_MAX_LENGTH + 1), "'; DROP TABLE"])(
    "is nothing when it is %j",
    (ref) => {
      expect(readRoomRef(ref)).toBeNull();
    },
  );
});
