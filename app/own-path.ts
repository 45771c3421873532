const ANYWHERE = "http://adda.invalid";

/** The path that somebody wanted before they were asked to sign in; never one that leads off this server. */
export function ownPath(wanted: unknown, fallback = "/"): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/")) return fallback;
  try {
    // The browser's own reading decides: it takes "//host", "/\host" and "/\t/host" for another server.
    const url = new URL(wanted, ANYWHERE);
    // "/..//host" stays here while it is read, and would lead away when it is written down again.
    const stays = url.origin === ANYWHERE && !url.pathname.startsWith("//");
    return stays ? url.pathname + url.search + url.hash : fallback;
  } catch {
    return fallback;
  }
}
