import type { Server } from "node:http";
import { addressOf } from "./address";
import { memoryBackplane } from "./backplane/memory";
import { redisBackplane } from "./backplane/redis";
import { scheduleBackups } from "./backup/schedule";
import type { Closing } from "./closing";
import type { Config } from "./config";
import { logConsole } from "./console-log";
import { openDatabase } from "./database";
import { connect } from "./db/connect";
import { MIGRATIONS } from "./environment";
import { openLinks } from "./links/open-links";
import { stopListening } from "./listen";
import { openMedia } from "./media/open-media";
import { listenForOutsideEvents } from "./outside-events";
import { openPages } from "./pages";
import { Parsers } from "./parsing/parsers";
import { createRealtime } from "./realtime/realtime";
import { startSampler } from "./sampler";
import { printSetupLink } from "./set-up";
import { setShared } from "./shared";
import { startSweeper } from "./sweeper";
import { openTransfer } from "./transfer/transfer";
import { serve } from "./web";

type Options = { root: string; isDevelopment: boolean; server: Server; closing: Closing; signal: AbortSignal };

/** Opens all that Adda is made of, each thing with its end, and puts it behind the listening server. */
export async function start(config: Config, { root, isDevelopment, server, closing, signal }: Options): Promise<void> {
  const database = await openDatabase(config, MIGRATIONS, { signal });
  closing.add(() => database.stop());

  const { pool, prisma } = connect(database.url, { max: config.databasePoolSize });
  closing.add(async () => {
    await prisma.$disconnect();
    await pool.end();
  });

  const backplane = config.redisUrl ? redisBackplane(config.redisUrl) : memoryBackplane();
  closing.add(() => backplane.close());
  if (!config.redisUrl) closing.add(listenForOutsideEvents(database.url, backplane));
  const transfer = openTransfer(config);
  const { storage } = transfer;
  closing.add(() => storage.close());
  const parsers = new Parsers();
  closing.add(async () => parsers.close());
  setShared({ pool, prisma, backplane, storage, media: openMedia(config, parsers), links: openLinks(parsers) });
  const sweeper = startSweeper();
  closing.add(() => sweeper.stop());
  const sampler = startSampler();
  closing.add(() => sampler.stop());
  const backups = scheduleBackups(config);
  closing.add(() => backups.stop());

  if (!isDevelopment) logConsole();
  const pages = await openPages(config, root, isDevelopment);
  closing.add(() => pages.close());

  const realtime = createRealtime({
    ...config,
    backplane,
    addressOf: (request) => addressOf(request, config.trustProxy),
  });
  closing.add(() => stopListening(server, realtime.stop()));

  await printSetupLink();
  serve(server, { config, pages, transfer, handleUpgrade: realtime.handleUpgrade, isDevelopment });
}
