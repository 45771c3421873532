import type { Origin } from "@/server/domain/users";

/** Where a request came from: the server overwrites the address, never the client. */
export function originOf(headers: Pick<Headers, "get">): Origin {
  return { address: headers.get("x-adda-address") ?? "unknown", cookie: headers.get("cookie") ?? undefined };
}
