import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

// Imported before everything else: others read these variables as they load.

export const ROOT = dirname(import.meta.dirname);
export const MIGRATIONS = join(ROOT, "prisma/migrations");
export const IS_DEVELOPMENT = process.argv.includes("--dev");

const file = join(ROOT, ".env");
if (existsSync(file)) process.loadEnvFile(file);

Object.assign(process.env, {
  NODE_ENV: IS_DEVELOPMENT ? "development" : "production",
  NEXT_TELEMETRY_DISABLED: "1",
});
