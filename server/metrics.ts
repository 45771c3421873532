import cluster from "node:cluster";
import { randomUUID } from "node:crypto";
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { findShared } from "./shared";

/** What Adda counts of itself, for Prometheus. docs/operations.md says what to watch. */
export type Metrics = ReturnType<typeof createMetrics>;

const KEY = Symbol.for("adda.metrics");
const holder = globalThis as typeof globalThis & { [KEY]?: Metrics };

/** The process's metrics; the copy of this module that Next bundles counts into the same ones. */
export function metrics(): Metrics {
  holder[KEY] ??= createMetrics();
  return holder[KEY];
}

/** The metrics as Prometheus reads them: this process's, or of all processes that share the port. */
export async function collectMetrics(): Promise<{ text: string; contentType: string }> {
  const { registry } = metrics();
  const text = cluster.isWorker ? await askForAll() : await registry.metrics();
  return { text, contentType: registry.contentType };
}

/** A process asks the one that started it, which asks them all. */
type MetricsWanted = { type: "adda:metrics"; id: string };

export function isMetricsWanted(message: unknown): message is MetricsWanted {
  return (message as MetricsWanted | null)?.type === "adda:metrics";
}

function askForAll(): Promise<string> {
  const wanted: MetricsWanted = { type: "adda:metrics", id: randomUUID() };
  return new Promise((resolve, reject) => {
    process.on("message", function onAnswer(answer: MetricsWanted & { text: string | null }) {
      if (!isMetricsWanted(answer) || answer.id !== wanted.id) return;
      process.off("message", onAnswer);
      if (answer.text === null) reject(new Error("A process did not tell its metrics in time."));
      else resolve(answer.text);
    });
    process.send?.(wanted);
  });
}

function createMetrics() {
  const registry = new Registry();
  if (cluster.isWorker) {
    // Lets the process that started this one ask for them.
    new AggregatorRegistry();
    AggregatorRegistry.setRegistries(registry);
  }
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const delivery = new Histogram({
    name: "adda_delivery_seconds",
    help: "Time from a commit to the write to a room's readers at this process, once for each batch of changes. By origin: committed here (local), heard from another process (remote), or read from the database because it was not heard (repaired).",
    labelNames: ["origin"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 20],
    registers,
  });

  return {
    registry,
    sockets: new Gauge({ name: "adda_sockets", help: "Open WebSocket connections.", registers }),
    rooms: new Gauge({ name: "adda_rooms_open", help: "Rooms that somebody listens to at this process.", registers }),
    bufferedBytes: new Gauge({
      name: "adda_buffered_bytes",
      help: "Bytes written and not yet taken by their readers, over all connections.",
      registers,
    }),
    messages: new Counter({ name: "adda_messages_total", help: "Messages committed.", registers }),
    waiting: new Gauge({ name: "adda_messages_waiting", help: "Messages that wait for their commit.", registers }),
    commitSeconds: new Histogram({
      name: "adda_commit_seconds",
      help: "Time from sending a batch to the database to its answer.",
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    commitBatch: new Histogram({
      name: "adda_commit_batch_messages",
      help: "Messages that were committed by one statement.",
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
      registers,
    }),
    commitFailures: new Counter({
      name: "adda_commit_failures_total",
      help: "Batches that the database did not take; their senders were told to try again.",
      registers,
    }),
    deliveries: new Counter({
      name: "adda_deliveries_total",
      help: "Frames handed to a connection, messages and all others.",
      registers,
    }),
    /** One child for each origin, made once: to look it up for every batch would cost more than to count. */
    deliverySeconds: {
      local: delivery.labels("local"),
      remote: delivery.labels("remote"),
      repaired: delivery.labels("repaired"),
    },
    writes: new Counter({ name: "adda_writes_total", help: "Writes that these deliveries took.", registers }),
    cutReaders: new Counter({
      name: "adda_cut_readers_total",
      help: "Connections cut for reading too slowly.",
      registers,
    }),
    repairs: new Counter({
      name: "adda_repairs_total",
      help: "Times that a room's feed was brought up from the database.",
      registers,
    }),
    refusals: new Counter({
      name: "adda_refusals_total",
      help: "Frames refused, by error code.",
      labelNames: ["code"],
      registers,
    }),
    refusedUpgrades: new Counter({
      name: "adda_refused_upgrades_total",
      help: "Upgrade requests refused, by HTTP status.",
      labelNames: ["status"],
      registers,
    }),
    uploadedBytes: new Counter({
      name: "adda_uploaded_bytes_total",
      help: "Bytes of files that this process took; a store of its own takes them past it.",
      registers,
    }),
    requestSeconds: new Histogram({
      name: "adda_request_seconds",
      help: "Time from an HTTP request to the end of its answer, by REST route (or page, file, upload, static, other) and status.",
      labelNames: ["route", "status"],
      buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 8],
      registers,
    }),
    databaseConnections: new Gauge({
      name: "adda_database_connections",
      help: "Connections of this process's pool, busy and idle.",
      labelNames: ["state"],
      registers,
      collect() {
        const pool = findShared()?.pool;
        if (!pool) return;
        this.set({ state: "busy" }, pool.totalCount - pool.idleCount);
        this.set({ state: "idle" }, pool.idleCount);
      },
    }),
    databaseWaiting: new Gauge({
      name: "adda_database_waiting",
      help: "Statements that wait for a connection of this process's pool.",
      registers,
      collect() {
        this.set(findShared()?.pool.waitingCount ?? 0);
      },
    }),
    accounts: new Gauge({
      name: "adda_accounts",
      help: "Accounts of people, active and deactivated, counted once a minute.",
      labelNames: ["state"],
      aggregator: "max",
      registers,
    }),
    storedBytes: new Gauge({
      name: "adda_stored_bytes",
      help: "Bytes of all files that people sent, with their previews, counted once a minute.",
      aggregator: "max",
      registers,
    }),
    lastBackup: new Gauge({
      name: "adda_backup_last_success_timestamp_seconds",
      help: "When the newest complete backup was finished, in seconds since 1970; 0 when there is none. Looked up once a minute.",
      aggregator: "max",
      registers,
    }),
    signIns: new Counter({
      name: "adda_sign_ins_total",
      help: "Tries to sign in with a password, by outcome.",
      labelNames: ["outcome"],
      registers,
    }),
    files: new Counter({
      name: "adda_files_total",
      help: "Files completed, by kind.",
      labelNames: ["kind"],
      registers,
    }),
    unfitFiles: new Counter({
      name: "adda_unfit_files_total",
      help: "Files removed as they came: broken, or not what they were called.",
      registers,
    }),
    backplaneConnected: new Gauge({
      name: "adda_backplane_connected",
      help: "1 while the other processes can be heard, or when there are none.",
      aggregator: "min",
      registers,
    }),
  } as const;
}
