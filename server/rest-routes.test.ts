import { join } from "node:path";
import { expect, test } from "vitest";
import { findRoute, readRouteFiles } from "./rest-routes";

const API = join(import.meta.dirname, "../app/api");
const routes = readRouteFiles(API);
const find = (path: string) => {
  const found = findRoute(routes, path);
  return found && { file: found.route.path.slice(API.length + 1), params: found.params };
};

test("a path leads to the file that Next would take", () => {
  expect(find("/api/health")).toEqual({ file: "health/route.ts", params: {} });
  expect(find("/api/rooms/lobby/messages")).toEqual({
    file: "rooms/[room]/messages/route.ts",
    params: { room: "lobby" },
  });
  expect(find("/api/rooms/a%2Fb/members/me")).toEqual({
    file: "rooms/[room]/members/[user]/route.ts",
    params: { room: "a%2Fb", user: "me" },
  });
});

test("a name goes before a parameter", () => {
  expect(find("/api/invites/accept")).toEqual({ file: "invites/accept/route.ts", params: {} });
  expect(find("/api/users/me")).toEqual({ file: "users/me/route.ts", params: {} });
});

test("what it does not know is left to Next", () => {
  for (const path of [
    "/",
    "/rooms/lobby",
    "/api",
    "/api/",
    "/api/auth/session",
    "/api/rooms/",
    "/api/rooms//messages",
  ]) {
    expect(find(path), path).toBeNull();
  }
});
