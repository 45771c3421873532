import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster";
import { type Crowd, crowdName, writePlan } from "./crowd";
import { type Driven, Driver, type Load } from "./driver";
import { cpuSeconds } from "./processes";
import { type Server, type ServerKind, startServer } from "./servers";

/** After everybody joined: what their joining set off, such as telling who is here, comes to rest. */
const SETTLE_MS = 1_500;

export type Measured = Driven & {
  deliveriesPerSecond: number;
  messagesPerSecond: number;
  /** Microseconds of the server's own CPU time for each delivery. */
  cpuPerDelivery: number;
  /** Shares of one core, over the measured time. */
  serverCpu: number;
  databaseCpu: number;
  /** Why this run does not count; empty when every delivery is that of a stored message, and none is missing. */
  faults: string[];
};

/** One server alive with its crowd connected. */
export type Stage = { server: Server; driver: Driver; database: string; cluster: Cluster; kind: ServerKind };

/** Starts a server on a fresh database, connects the crowd, and clears all away when `act` is done. */
export async function withStage<Result>(
  cluster: Cluster,
  kind: ServerKind,
  crowd: Crowd,
  act: (stage: Stage) => Promise<Result>,
  options: { env?: Record<string, string>; beforeConnect?: (server: Server) => Promise<void> } = {},
): Promise<Result> {
  const database = await kind.createDatabase(cluster, crowd);
  const planFile = writePlan(crowd, cluster.directory);
  const databaseUrl = cluster.url(database);
  const server = await startServer(kind, { databaseUrl, dataDir: `${cluster.directory}/data`, env: options.env });
  const driver = new Driver(kind.dialect, server.port, planFile);
  try {
    await options.beforeConnect?.(server);
    await driver.connect();
    await sleep(SETTLE_MS);
    return await act({ server, driver, database, cluster, kind });
  } catch (error) {
    throw new Error(`${kind.label}, ${crowdName(crowd)}: ${(error as Error).message}`, { cause: error });
  } finally {
    driver.kill();
    await server.stop();
    await cluster.drop(database);
  }
}

/** Puts one load on a stage and proves that what was delivered is what the database holds. */
export async function measure(stage: Stage, load: Load): Promise<Measured> {
  const { server, driver, cluster } = stage;
  const readings: { server: number; database: number }[] = [];
  const read = () => readings.push({ server: cpuSeconds(server.pids()), database: cluster.cpuSeconds() });
  const driven = await driver.load(load, { measuring: read, measured: read });
  const [before = { server: 0, database: 0 }, after = before] = readings;
  const serverSeconds = after.server - before.server;
  return {
    ...driven,
    deliveriesPerSecond: driven.deliveries / driven.seconds,
    messagesPerSecond: driven.acked / driven.seconds,
    cpuPerDelivery: (serverSeconds * 1e6) / driven.deliveries,
    serverCpu: serverSeconds / driven.seconds,
    databaseCpu: (after.database - before.database) / driven.seconds,
    faults: await findFaults(stage, driven),
  };
}

async function findFaults({ kind, cluster, database }: Stage, { mark, total }: Driven): Promise<string[]> {
  const db = await cluster.connect(database);
  const { rows } = await db.query(`SELECT count(*)::int AS n FROM "${kind.table}" WHERE body LIKE $1`, [`${mark}%`]);
  await db.end();
  const stored = rows[0].n as number;
  const faults: string[] = [];
  if (stored !== total.acked) faults.push(`${total.acked} messages were acknowledged, ${stored} are stored`);
  if (total.deliveries !== total.expected) {
    faults.push(`${total.deliveries} deliveries where ${total.expected} were due`);
  }
  if (total.acked + total.refused !== total.sent) faults.push(`${total.sent} sent, ${total.acked} acknowledged`);
  if (total.refused > 0) faults.push(`${total.refused} refused`);
  if (total.lost > 0) faults.push(`${total.lost} sockets lost`);
  return faults;
}
