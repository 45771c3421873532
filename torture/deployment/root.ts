import { join } from "node:path";

/** Where the product lies. */
export const ROOT = join(import.meta.dirname, "../..");
