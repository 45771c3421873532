import { afterAll, beforeAll } from "vitest";
import { memoryBackplane } from "@/server/backplane/memory";
import { type Config, readConfig, setConfig } from "@/server/config";
import { setShared, shared } from "@/server/shared";
import { type ConnectedTestDatabase, startTestDatabase } from "./database";

const TEST_ENVIRONMENT = {
  PORT: "3000",
  AUTH_SECRET: "a-secret-of-the-tests-that-guards-nothing",
  LOG_LEVEL: "silent",
};

/** The configuration of a test: the defaults, with these variables changed. */
export function testConfig(environment: Record<string, string> = {}): Config {
  return readConfig({ ...TEST_ENVIRONMENT, ...environment });
}

/**
 * Lets a test file call the domain in its own process: a database of its own, the in-memory backplane and
 * a configuration, where the domain looks for them. Call it once, at the top of the file.
 */
export function useTestDomain(environment?: Record<string, string>): typeof shared {
  let database: ConnectedTestDatabase;

  beforeAll(async () => {
    database = await startTestDatabase();
    setConfig(testConfig(environment));
    setShared({ pool: database.pool, prisma: database.prisma, backplane: memoryBackplane() });
  });

  afterAll(async () => {
    await shared().backplane.close();
    await database.stop();
  });

  return shared;
}
