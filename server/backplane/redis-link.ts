import { setTimeout as delay } from "node:timers/promises";
import { createClient, createCluster } from "redis";
import { log } from "@/server/log";

const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_MAX_MS = 2_000;
/** Longest wait for Redis to take a subscription: a Redis that hangs must not hold up who enters a room. */
const SUBSCRIBE_TIMEOUT_MS = 2_000;
/** A socket without a word for this long is given up; our own beat passes every second. */
const SILENCE_MAX_MS = 5_000;
/** Events waiting for a Redis that hangs; those beyond are lost, as pub/sub may. */
const QUEUE_MAX = 10_000;

/** One process's way to Redis pub/sub. Nothing here throws: without a connection events are lost. */
export type RedisLink = {
  publish(topic: string, text: string): void;
  /** Resolves when the topic is heard, or soon without a connection; then it is heard from the next one on. */
  subscribe(topic: string): Promise<void>;
  unsubscribe(topic: string): void;
  close(): void;
};

type Handlers = { onMessage(topic: string, text: string): void; onReady(): void; onLost(): void };

/** What a single server and a cluster have in common for us. */
type PubSub = {
  publish(topic: string, text: string): Promise<unknown>;
  subscribe(topic: string): Promise<unknown>;
  unsubscribe(topic: string): Promise<unknown>;
  close(): void;
};

/**
 * Connects to Redis, now and whenever it comes back. A server that is a cluster is spoken to with sharded
 * pub/sub, so that an event goes only to the shard that holds its topic.
 */
export function redisLink(url: string, { onMessage, onReady, onLost }: Handlers): RedisLink {
  const topics = new Set<string>();
  let pubSub: PubSub | undefined;
  let closed = false;
  void connect();

  return {
    publish: (topic, text) => void pubSub?.publish(topic, text).catch(ignore),
    async subscribe(topic) {
      topics.add(topic);
      await Promise.race([pubSub?.subscribe(topic).catch(ignore), delay(SUBSCRIBE_TIMEOUT_MS, null, { ref: false })]);
    },
    unsubscribe(topic) {
      topics.delete(topic);
      void pubSub?.unsubscribe(topic).catch(ignore);
    },
    close() {
      closed = true;
      pubSub?.close();
    },
  };

  async function connect(): Promise<void> {
    const handlers = { onMessage, onLost, onReady: () => void subscribeAll() };
    while (!pubSub && !closed) {
      try {
        pubSub = (await isCluster(url)) ? await clusterPubSub(url, handlers) : await serverPubSub(url, handlers);
      } catch (error) {
        log.warn({ reason: (error as Error).message }, "Redis cannot be reached; trying again.");
        await delay(RETRY_MAX_MS / 2);
      }
    }
    if (closed) pubSub?.close();
    else await subscribeAll();
  }

  async function subscribeAll(): Promise<void> {
    await Promise.all([...topics].map((topic) => pubSub?.subscribe(topic).catch(ignore)));
    onReady();
  }
}

function clientOptions(url: string) {
  return {
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: QUEUE_MAX,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MAX_MS,
      reconnectStrategy: (tries: number) => Math.min(RETRY_MAX_MS, 50 * 2 ** tries) * (0.5 + Math.random() / 2),
    },
  } as const;
}

async function isCluster(url: string): Promise<boolean> {
  const socket = { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false } as const;
  const client = createClient({ url, socket });
  client.on("error", ignore);
  try {
    await client.connect();
    return /^cluster_enabled:1/m.test(await client.info("cluster"));
  } finally {
    client.destroy();
  }
}

async function serverPubSub(url: string, { onMessage, onReady, onLost }: Handlers): Promise<PubSub> {
  const publisher = createClient(clientOptions(url));
  const subscriber = publisher.duplicate();
  for (const client of [publisher, subscriber]) client.on("error", sayTrouble);
  await Promise.all([publisher.connect(), subscriber.connect()]);
  for (const client of [publisher, subscriber]) client.on("ready", onReady).on("reconnecting", onLost);
  const listener = (text: string, topic: string) => onMessage(topic, text);
  return {
    publish: (topic, text) => publisher.publish(topic, text),
    subscribe: (topic) => subscriber.subscribe(topic, listener),
    unsubscribe: (topic) => subscriber.unsubscribe(topic),
    close: () => {
      publisher.destroy();
      subscriber.destroy();
    },
  };
}

async function clusterPubSub(url: string, { onMessage, onReady, onLost }: Handlers): Promise<PubSub> {
  const { url: root, ...defaults } = clientOptions(url);
  const cluster = createCluster({ rootNodes: [{ url: root }], defaults });
  cluster.on("error", sayTrouble);
  await cluster.connect();
  cluster.on("node-ready", onReady).on("node-reconnecting", onLost);
  const listener = (text: string, topic: string) => onMessage(topic, text);
  return {
    publish: (topic, text) => cluster.sPublish(topic, text),
    subscribe: (topic) => cluster.sSubscribe(topic, listener),
    unsubscribe: (topic) => cluster.sUnsubscribe(topic),
    close: () => cluster.destroy(),
  };
}

function sayTrouble(error: Error): void {
  log.debug({ reason: error.message }, "A connection to Redis failed.");
}

/** An event that cannot be sent is lost, and found in the database: see Backplane. */
function ignore(): void {}
