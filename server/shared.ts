import type { Pool } from "pg";
import type { Backplane } from "./backplane/backplane";
import type { PrismaClient } from "./db/generated/client";
import type { Links } from "./links/links";
import type { Media } from "./media/media";
import type { Storage } from "./storage/storage";

/**
 * What one process must have only one of. Next bundles its own copy of every module that `app/`
 * imports, so a module-level variable would exist twice; `globalThis` is the one place that both see.
 */
export type Shared = {
  pool: Pool;
  prisma: PrismaClient;
  backplane: Backplane;
  storage: Storage;
  media: Media;
  links: Links;
};

const KEY = Symbol.for("adda.shared");
const holder = globalThis as typeof globalThis & { [KEY]?: Shared };

export function setShared(shared: Shared): void {
  holder[KEY] = shared;
}

/** The same as `shared`, for what also works before anything was opened. */
export function findShared(): Shared | undefined {
  return holder[KEY];
}

/** @throws Error when nothing was set: the app runs only inside `server/main.ts` or a test's server. */
export function shared(): Shared {
  const found = findShared();
  if (!found) throw new Error("Adda's app was started without its server: use npm start or npm run dev.");
  return found;
}
