import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What Adda counts of itself, for Prometheus. docs/operations.md says what to watch. */
export type Metrics = ReturnType<typeof createMetrics>;

const KEY = Symbol.for("adda.metrics");
const holder = globalThis as typeof globalThis & { [KEY]?: Metrics };

/** The process's metrics; the copy of this module that Next bundles counts into the same ones. */
export function metrics(): Metrics {
  holder[KEY] ??= createMetrics();
  return holder[KEY];
}

function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

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
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
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
    backplaneConnected: new Gauge({
      name: "adda_backplane_connected",
      help: "1 while the other processes can be heard, or when there are none.",
      registers,
    }),
  } as const;
}
