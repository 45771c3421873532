import type { Origin } from "@/server/domain/users";

/** Where a request came from: the server writes these headers over what a client sent, but for its cookies. */
export function originOf(headers: Pick<Headers, "get">): Origin {
  return {
    address: headers.get("x-adda-address") ?? "unknown",
    isOnThisMachine: headers.get("x-adda-this-machine") === "true",
    cookie: headers.get("cookie") ?? undefined,
  };
}
