import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { Duplex } from "node:stream";
import next from "next";
import { PHASE_PRODUCTION_SERVER } from "next/constants";
import { servedBuild } from "./builds";
import type { Config } from "./config";
import { openOtherStatic } from "./other-static";
import { openRest } from "./rest";

/** The pages and REST, as this server uses them. */
export type Pages = {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Hot reload's socket, in development; nothing else of Next's ever sees an upgrade. */
  handleUpgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | null;
  close(): Promise<void>;
};

export async function openPages(config: Config, dir: string, isDevelopment: boolean): Promise<Pages> {
  process.env.NEXTAUTH_URL = config.publicUrl;
  process.env.NEXTAUTH_SECRET = config.authSecret;

  // Next listens for upgrades on the server that it is given, and finds ours by itself when it is given
  // none. This one never listens, so Next sees an upgrade only when we hand it one.
  const upgrades = createServer();
  const app = next({
    dev: isDevelopment,
    dir,
    hostname: config.host ?? "localhost",
    port: config.port,
    customServer: true,
    httpServer: upgrades,
    quiet: true,
  });
  if (!isDevelopment) await loadConfigQuietly(dir);
  await app.prepare();
  const byNext = app.getRequestHandler();
  // In development Next answers REST too: it reloads what is edited.
  const answerRest = isDevelopment ? null : await openRest(dir);
  const build = servedBuild();
  const answerStatic = build ? openOtherStatic(dir, build) : null;

  return {
    async handle(request, response) {
      if (await answerRest?.(request, response)) return;
      if (await answerStatic?.(request, response)) return;
      await byNext(request, response);
    },
    handleUpgrade: isDevelopment
      ? (request, socket, head) => void upgrades.emit("upgrade", request, socket, head)
      : null,
    close: () => app.close(),
  };
}

/** Next tells on standard output that it read its configuration, unless it knows it already. Only we speak there. */
async function loadConfigQuietly(dir: string): Promise<void> {
  const { default: loadConfig }: typeof import("next/dist/server/config") = createRequire(import.meta.url)(
    "next/dist/server/config",
  );
  await loadConfig(PHASE_PRODUCTION_SERVER, dir);
}
