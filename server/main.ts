import "./environment";
import cluster from "node:cluster";
import { prepareClient, preparePages } from "./build";
import { serveBuild } from "./builds";
import { CannotStart } from "./cannot-start";
import { Closing } from "./closing";
import { type Config, readConfig, setConfig } from "./config";
import { limitConnections } from "./connection-limit";
import { IS_DEVELOPMENT, ROOT } from "./environment";
import { listen, portOf } from "./listen";
import { log } from "./log";
import { OwnHosts } from "./own-hosts";
import { READY } from "./ready";
import { logUncaught } from "./uncaught";
import { findMistypedSettings } from "./unknown-settings";

/** npm passes Ctrl-C on to us, and the terminal sends it too: only a later one means "at once". */
const SECOND_SIGNAL_MS = 1_000;

const closing = new Closing();
const interrupt = new AbortController();
let interruptedAt: number | null = null;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
// Whoever started it over a channel is gone: nobody could stop it any more.
if (process.connected) process.once("disconnect", stop);
process.on("uncaughtException", (error, kind) => {
  logUncaught(error, kind);
  process.exit(1);
});

const running = run().catch(fail);

async function run(): Promise<void> {
  const { port, host, processes } = readConfig();
  const server = await listen(port, host);
  limitConnections(server);
  process.env.PORT = String(portOf(server));
  const config = readConfig();
  setConfig(config);
  if (cluster.isPrimary) {
    for (const { name, meant } of findMistypedSettings(process.env)) {
      log.warn(`${name} is no setting of Adda's and is ignored. Did you mean ${meant}?`);
    }
  }

  const { signal } = interrupt;
  const options = { root: ROOT, signal, say: (line: string) => process.stderr.write(`${line}\n`) };
  if (cluster.isPrimary) {
    await prepareClient(options);
    if (!IS_DEVELOPMENT) serveBuild(ROOT, await preparePages(options));
    signal.throwIfAborted();
  }
  // Loaded only now: they import what was just prepared.
  if (cluster.isPrimary && processes > 1 && !IS_DEVELOPMENT) {
    const { runProcesses } = await import("./processes");
    // It only tried the port, and leaves it to the processes.
    await new Promise((resolve) => server.close(resolve));
    await runProcesses(config, { closing, signal });
  } else {
    const { start } = await import("./start");
    await start(config, { root: ROOT, isDevelopment: IS_DEVELOPMENT, server, closing, signal });
  }
  signal.throwIfAborted();
  if (cluster.isPrimary) sayWhere(config);
  process.send?.(READY);
}

function sayWhere(config: Config): void {
  const others = config.hasPublicUrl ? [] : new OwnHosts(config).addresses(config);
  const invitation = others.length > 0 ? `Others in your network open ${others.join(" or ")}\n` : "";
  process.stdout.write(`Adda is at ${config.publicUrl}\n${invitation}`);
}

async function stop(): Promise<void> {
  if (interruptedAt !== null) {
    if (Date.now() - interruptedAt > SECOND_SIGNAL_MS) process.exit(130);
    return;
  }
  interruptedAt = Date.now();
  interrupt.abort();
  await running;
  await closing.close((error) => log.error({ err: error }, "Something did not close."));
  process.exit(0);
}

async function fail(error: unknown): Promise<void> {
  if (interrupt.signal.aborted) return;
  const reason = error instanceof CannotStart ? error.message : explainFileTrouble(error);
  if (reason) process.stderr.write(`${reason}\n`);
  else log.fatal({ err: error }, "Adda could not start.");
  await closing.close(() => {});
  process.exit(1);
}

/** Files that belong to somebody else, or a full disk: the operator's to mend, like a bad configuration. */
function explainFileTrouble(error: unknown): string | null {
  const { code, path } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `Adda may not read and write ${path} (${code}): start it as the user to whom that belongs, or set DATA_DIR.`;
    case "EEXIST":
    case "ENOTDIR":
      return `Adda needs a folder at ${path}, and there is a file: move it away, or set DATA_DIR to a folder.`;
    case "ENOSPC":
      return `The disk is full: ${path ?? "nothing more can be written"}.`;
    default:
      return null;
  }
}
