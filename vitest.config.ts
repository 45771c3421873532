import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Most tests wait for servers to start: two at once keep two cores busy. */
const maxWorkers = Math.max(2, availableParallelism() - 1);
const alias = { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") };

export default defineConfig({
  test: {
    // Tests provoke what a log would report.
    env: { LOG_LEVEL: "silent" },
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          maxWorkers,
          include: ["{app,client,components,protocol,server,torture}/**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**"],
          // Properties are tried hundreds of times, and a busy machine takes its time.
          testTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          maxWorkers,
          include: ["test/integration/**/*.test.ts"],
          globalSetup: ["test/support/cluster.ts"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "torture",
          include: ["test/torture/**/*.test.ts"],
          testTimeout: 240_000,
          // Alone: it keeps several processes busy, and looks at how soon they recover.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
