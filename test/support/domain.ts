import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { memoryBackplane } from "@/server/backplane/memory";
import { type Config, config, readConfig, setConfig } from "@/server/config";
import type { Links } from "@/server/links/links";
import { openMedia } from "@/server/media/open-media";
import { Parsers } from "@/server/parsing/parsers";
import { setShared, shared } from "@/server/shared";
import { openTransfer } from "@/server/transfer/transfer";
import { type ConnectedTestDatabase, startTestDatabase } from "./database";

const TEST_ENVIRONMENT = {
  PORT: "3000",
  AUTH_SECRET: "a-secret-of-the-tests-that-guards-nothing",
  LOG_LEVEL: "silent",
};

/** Tests write links, and nobody follows them. */
const NO_LINKS: Links = { readPage: async () => null, readPicture: async () => null };

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
  let dataDir: string;
  const parsers = new Parsers();

  beforeAll(async () => {
    database = await startTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), "adda-test-"));
    setConfig(testConfig({ DATA_DIR: dataDir, ...environment }));
    const { pool, prisma } = database;
    const { storage } = openTransfer(config());
    const media = openMedia(config(), parsers);
    setShared({ pool, prisma, backplane: memoryBackplane(), storage, media, links: NO_LINKS });
  });

  afterAll(async () => {
    parsers.close();
    await shared().backplane.close();
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  return shared;
}
