import { describe, expect, it } from "vitest";
import { findRooms } from "./find-rooms";
import type { RoomSummary } from "./room-summary";

const room = (name: string, more: Partial<RoomSummary> = {}): RoomSummary => ({
  id: name,
  slug: name,
  name,
  topic: "",
  kind: "open",
  seq: 0,
  members: 1,
  picture: null,
  archivedAt: null,
  joined: true,
  role: "member",
  ...more,
});
const names = (rooms: readonly RoomSummary[], sought: string) => findRooms(rooms, sought).map(({ name }) => name);

describe("findRooms", () => {
  it("puts what begins with the letters before what only has them", () => {
    expect(names([room("Redesign"), room("Design"), room("Lobby")], "des")).toEqual(["Design", "Redesign"]);
  });

  it("puts mine before those that I could join, and archived ones last", () => {
    const rooms = [
      room("Archive", { archivedAt: "2026-01-01T00:00:00.000Z" }),
      room("Book club", { joined: false, role: null }),
      room("Cinema"),
    ];
    expect(names(rooms, "")).toEqual(["Cinema", "Book club", "Archive"]);
  });

  it("minds neither case nor accents nor the spaces around", () => {
    expect(names([room("Café Łódź"), room("আড্ডা")], " CAFE ")).toEqual(["Café Łódź"]);
    expect(names([room("Café Łódź"), room("আড্ডা")], "আড্ডা")).toEqual(["আড্ডা"]);
  });
});
