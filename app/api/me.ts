import type { Viewer } from "@/server/domain/viewer";

/** What somebody is told about themselves. */
export function toUser({ id, name, email, role }: Viewer) {
  return { id, name, email, role };
}
