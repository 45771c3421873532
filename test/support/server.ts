import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createTestDatabase, type TestDatabase } from "./database";

/** Limits by address are out of the way: all the people of a test come from one. */
const ROOMY = {
  SIGN_UPS_PER_ADDRESS_PER_HOUR: "1000000",
  SIGN_IN_ATTEMPTS_PER_ADDRESS: "1000000",
  REST_BURST_PER_ADDRESS: "1000000",
  FILE_BURST_PER_ADDRESS: "1000000",
  PAGE_BURST_PER_ADDRESS: "1000000",
  UPGRADES_PER_ADDRESS_PER_MINUTE: "1000000",
};

/** Seals the sessions of every test's server. */
export const AUTH_SECRET = "a-secret-of-the-tests-that-guards-nothing";

export type Environment = Record<string, string>;

export type TestServer = {
  /** Where it is: an origin without a slash at its end. It stays the same across restarts. */
  url: string;
  socketUrl: string;
  database: TestDatabase;
  pid(): number;
  /** What it wrote so far, its log included. */
  output(): string;
  /** `kill -9`: nothing is drained, nothing is said. */
  kill(): Promise<void>;
  /** The polite end. @returns the exit code */
  terminate(): Promise<number | null>;
  /** On the same port and database as before, after `kill` or `terminate`. */
  restart(): Promise<void>;
  /** Ends it and drops its database. */
  stop(): Promise<void>;
};

/** A whole Adda in a process of its own, as `npm start` runs it, on a free port and a database of its own. */
export async function startTestServer(environment: Environment = {}): Promise<TestServer> {
  const database = await createTestDatabase();
  const env = {
    LOG_LEVEL: "warn",
    AUTH_SECRET,
    DATABASE_URL: database.url,
    ...ROOMY,
    ...environment,
  };
  let running = await launch({ PORT: "0", ...env });
  const { url } = running;
  const port = new URL(url).port;

  return {
    url,
    socketUrl: `${url.replace(/^http/, "ws")}/ws`,
    database,
    pid: () => running.pid,
    output: () => running.output(),
    async kill() {
      await running.end("SIGKILL");
    },
    terminate: () => running.end("SIGTERM"),
    async restart() {
      running = await launch({ ...env, PORT: port });
    },
    async stop() {
      await running.end("SIGKILL");
      await database.stop();
    },
  };
}

type Running = { url: string; pid: number; output(): string; end(signal: NodeJS.Signals): Promise<number | null> };

/** Starts `server/main.ts` and waits for its one line. @throws Error with all that it said when it does not come up. */
export async function launch(env: Environment, args: string[] = []): Promise<Running> {
  const child = spawn(process.execPath, ["--import", "tsx", "server/main.ts", ...args], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      output += `${line}\n`;
      const found = /^Adda is at (\S+)$/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once("close", (code) => reject(new Error(`Adda ended with ${code}:\n${output}`)));
  });
  if (child.pid === undefined) throw new Error("A process that spoke has a pid.");
  return { url, pid: child.pid, output: () => output, end: (signal) => end(child, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, "close");
  }
  return child.exitCode;
}

/** What the test runner sets for itself is not the server's to see. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_ENV, NODE_OPTIONS, VITEST, ...rest } = process.env;
  return rest as NodeJS.ProcessEnv;
}
