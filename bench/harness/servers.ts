import { join } from "node:path";
import type { Cluster } from "./cluster";
import type { Crowd } from "./crowd";
import type { Dialect } from "./driver";
import { processTree, type Service, startService } from "./processes";

const BENCH = join(import.meta.dirname, "..");
const ROOT = join(BENCH, "..");
const BUN = join(
  BENCH,
  `node_modules/@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : "x64"}/bin/bun`,
);

export type ServerKind = {
  id: "adda" | "socketio" | "plain" | "bun-pg" | "bun-sql" | "bun-group";
  label: string;
  dialect: Dialect;
  /** The table that its messages are in. */
  table: "Message" | "messages";
  command: string[];
  createDatabase(cluster: Cluster, crowd: Crowd): Promise<string>;
};

export type Server = { port: number; pids(): number[]; stop(signal?: NodeJS.Signals): Promise<void> };

const forAdda = (cluster: Cluster, crowd: Crowd) => cluster.forAdda(crowd);
const forPeers = (cluster: Cluster) => cluster.forPeers();

export const ADDA: ServerKind = {
  id: "adda",
  label: "Adda",
  dialect: "adda",
  table: "Message",
  command: ["node", "--import", "tsx", "server/main.ts"],
  createDatabase: forAdda,
};

export const SOCKET_IO: ServerKind = {
  id: "socketio",
  label: "socket.io, an INSERT each",
  dialect: "socketio",
  table: "messages",
  command: ["node", join(BENCH, "peers/socketio.mjs")],
  createDatabase: forPeers,
};

export const PLAIN_WS: ServerKind = {
  id: "plain",
  label: "plain ws, an INSERT each",
  dialect: "plain",
  table: "messages",
  command: ["node", join(BENCH, "peers/plain-ws.mjs")],
  createDatabase: forPeers,
};

export const BUN_PG: ServerKind = {
  id: "bun-pg",
  label: "Bun, an INSERT each",
  dialect: "plain",
  table: "messages",
  command: [BUN, "run", join(BENCH, "peers/bun-pg.ts")],
  createDatabase: forPeers,
};

export const BUN_SQL: ServerKind = {
  id: "bun-sql",
  label: "Bun, an INSERT each by Bun.sql",
  dialect: "plain",
  table: "messages",
  command: [BUN, "run", join(BENCH, "peers/bun-sql.ts")],
  createDatabase: forPeers,
};

export const BUN_GROUP: ServerKind = {
  id: "bun-group",
  label: "Bun with Adda's group commit",
  dialect: "plain",
  table: "Message",
  command: [BUN, "run", join(BENCH, "peers/bun-group.ts")],
  createDatabase: forAdda,
};

/** A crowd comes from few addresses and talks without pause: what would be abuse is here the work. */
const WITHOUT_LIMITS = {
  UPGRADES_PER_ADDRESS_PER_MINUTE: "100000000",
  CHAT_BURST_PER_USER: "100000000",
  CHAT_PER_SECOND_PER_USER: "100000000",
  FRAME_BURST_PER_SOCKET: "100000000",
  FRAMES_PER_SECOND_PER_SOCKET: "100000000",
  REST_BURST_PER_ADDRESS: "100000000",
  REST_PER_SECOND_PER_ADDRESS: "100000000",
};

export async function startServer(
  kind: ServerKind,
  options: { databaseUrl: string; dataDir: string; env?: Record<string, string> },
): Promise<Server> {
  const env = { NODE_ENV: "production", DATABASE_URL: options.databaseUrl, ...options.env };
  const service = await (kind.id === "adda" ? startAdda(env, options.dataDir) : startPeer(kind, env));
  return {
    port: Number(service.ready),
    pids: () => processTree(service.pid),
    stop: (signal) => service.stop(signal),
  };
}

function startAdda(env: Record<string, string>, dataDir: string): Promise<Service> {
  return startService(ADDA.command, {
    cwd: ROOT,
    env: { PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir, LOG_LEVEL: "warn", ...WITHOUT_LIMITS, ...env },
    isReady: (line) => /http:\/\/[^\s/]+:(\d+)/.exec(line)?.[1],
    withinMs: 300_000, // The first start may make the production build.
  });
}

function startPeer(kind: ServerKind, env: Record<string, string>): Promise<Service> {
  return startService(kind.command, { env, isReady: (line) => /^ready (\d+)$/.exec(line)?.[1] });
}
