import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// `prisma generate` asks for the schema engine only to see that it exists, and its download would
// leave the machine. The server applies the migrations itself, so any existing file will do.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(import.meta.url);
process.env.CHECKPOINT_DISABLE ??= "1";

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
});
