import { Client, type Pool } from "pg";
import type { Backplane, ControlEvent, RoomEvent } from "./backplane/backplane";
import { memoryBackplane } from "./backplane/memory";
import { log } from "./log";

/**
 * Without Redis a command beside the server (`npm run adda`) has only the database in common with it. What a command
 * publishes goes through PostgreSQL's NOTIFY: a handful of events by hand, never one for each message.
 */
const CHANNEL = "adda_outside_events";
const RECONNECT_FIRST_MS = 200;
const RECONNECT_MAX_MS = 10_000;

type OutsideEvent = { control: ControlEvent } | { roomId: string; event: RoomEvent };

/** The backplane of a command: what it publishes reaches the server that listens on the same database. */
export function notifyingBackplane(pool: Pool): Backplane {
  const memory = memoryBackplane();
  const sent: Promise<unknown>[] = [];
  const notify = (event: OutsideEvent) =>
    void sent.push(pool.query("SELECT pg_notify($1, $2)", [CHANNEL, JSON.stringify(event)]));
  return {
    ...memory,
    publish: (roomId, event) => notify({ roomId, event }),
    publishControl: (control) => notify({ control }),
    async close() {
      await Promise.all(sent);
      await memory.close();
    },
  };
}

/** Hands what commands publish on to this process. Without a connection it reconnects with backoff. @returns what ends it. */
export function listenForOutsideEvents(url: string, backplane: Backplane): () => Promise<void> {
  let isClosed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let client: Client;
  connect();

  return async () => {
    isClosed = true;
    clearTimeout(timer);
    await client.end().catch(() => {});
  };

  function connect(): void {
    const connected = new Client({ connectionString: url, application_name: "adda events", keepAlive: true });
    client = connected;
    connected.on("notification", ({ payload }) => handOn(payload ?? ""));
    connected.on("error", () => {});
    connected.once("end", reconnect);
    connected
      .connect()
      .then(() => connected.query(`LISTEN ${CHANNEL}`))
      .then(
        () => {
          failures = 0;
        },
        () => connected.end().catch(() => {}),
      );
  }

  function reconnect(): void {
    if (isClosed) return;
    timer = setTimeout(connect, Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** failures++));
    timer.unref();
  }

  function handOn(payload: string): void {
    try {
      const event = JSON.parse(payload) as OutsideEvent;
      if ("control" in event) backplane.publishControl(event.control);
      else backplane.publish(event.roomId, event.event);
    } catch (error) {
      log.warn({ err: error }, "An event from a command could not be read.");
    }
  }
}
