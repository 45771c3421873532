import { readdirSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";

/** A route file of the REST API, with the folders that lead to it. */
type RouteFile = { path: string; segments: string[] };

/** The route files below `folder` that answer one address each; what takes any address is Next's. */
export function readRouteFiles(folder: string): RouteFile[] {
  return (
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => basename(file) === "route.ts" && !file.includes("[..."))
      // A name before a parameter.
      .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
      .map((file) => ({ path: join(folder, file), segments: dirname(file).split(sep) }))
  );
}

/** The route of a path such as /api/rooms/lobby, with its parts as they came: what Next would find. */
export function findRoute<Route extends RouteFile>(
  routes: readonly Route[],
  path: string,
): { route: Route; params: Record<string, string> } | null {
  const [root, api, ...segments] = path.split("/");
  if (root !== "" || api !== "api") return null;
  for (const route of routes) {
    const params = match(route.segments, segments);
    if (params) return { route, params };
  }
  return null;
}

function match(folders: string[], segments: string[]): Record<string, string> | null {
  if (folders.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, folder] of folders.entries()) {
    const segment = segments[index] ?? "";
    const name = /^\[(\w+)\]$/.exec(folder)?.[1];
    if (name && segment) params[name] = segment;
    else if (folder !== segment) return null;
  }
  return params;
}

function rank(file: string): string {
  return file.replaceAll("[", "~");
}
