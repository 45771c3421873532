import { randomUUID } from "node:crypto";
import { log } from "@/server/log";
import type { Backplane, ControlEvent, RoomEvent } from "./backplane";
import { localListeners } from "./local-listeners";
import { redisLink } from "./redis-link";

const PREFIX = "adda:";
const CONTROL = `${PREFIX}control`;
/** A beat is published and heard by its own process: so both of its connections are seen to work. */
const BEAT_INTERVAL_MS = 1_000;
/** Redis is away when this many beats in a row were not heard, whatever its sockets say. */
const UNHEARD_MAX = 3;

/** What travels: who sent it, so that a process passes over its own, and the event. */
type Envelope<Event> = { from: string; event: Event };

/**
 * The backplane of many processes: Redis pub/sub. Only rooms that somebody here listens to are
 * subscribed. Its own listeners a process tells directly, so a room goes on while Redis is away.
 */
export function redisBackplane(url: string): Backplane {
  const processId = randomUUID();
  const beatTopic = `${PREFIX}beat:${processId}`;
  const local = localListeners();
  const subscriptions = new Map<string, Promise<void>>();
  const connectionListeners = new Set<(isConnected: boolean) => void>();
  let isConnected = false;
  let unheardBeats = 0;

  const link = redisLink(url, { onMessage, onReady: beat, onLost: () => setConnected(false) });
  void link.subscribe(CONTROL);
  void link.subscribe(beatTopic);
  const timer = setInterval(beat, BEAT_INTERVAL_MS);

  return {
    processId,
    isShared: true,
    get isConnected() {
      return isConnected;
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => void connectionListeners.delete(listener);
    },
    publish(roomId, event) {
      local.tellRoom(roomId, event);
      send(topicOf(roomId), event);
    },
    async subscribe(roomId, listener) {
      const unsubscribe = local.onRoom(roomId, listener);
      const subscription = subscriptions.get(roomId) ?? link.subscribe(topicOf(roomId));
      subscriptions.set(roomId, subscription);
      await subscription;
      return () => {
        unsubscribe();
        if (!local.hasRoom(roomId) && subscriptions.delete(roomId)) link.unsubscribe(topicOf(roomId));
      };
    },
    publishControl(event) {
      local.tellControl(event);
      send(CONTROL, event);
    },
    onControl: local.onControl,
    async close() {
      clearInterval(timer);
      local.clear();
      connectionListeners.clear();
      link.close();
    },
  };

  function send<Event>(topic: string, event: Event): void {
    link.publish(topic, JSON.stringify({ from: processId, event } satisfies Envelope<Event>));
  }

  function onMessage(topic: string, text: string): void {
    if (topic === beatTopic) return heardBeat();
    const { from, event } = JSON.parse(text) as Envelope<unknown>;
    if (from === processId) return;
    if (topic === CONTROL) local.tellControl(event as ControlEvent);
    else local.tellRoom(topic.slice(ROOM.length), event as RoomEvent);
  }

  function beat(): void {
    if (unheardBeats++ >= UNHEARD_MAX) setConnected(false);
    link.publish(beatTopic, "");
  }

  function heardBeat(): void {
    unheardBeats = 0;
    setConnected(true);
  }

  function setConnected(value: boolean): void {
    if (value === isConnected) return;
    isConnected = value;
    if (value) log.info("Redis is there: the processes hear each other.");
    else log.warn("Redis is away: this process goes on alone and reads from the database what others say.");
    for (const listener of connectionListeners) listener(value);
  }
}

const ROOM = `${PREFIX}room:`;

function topicOf(roomId: string): string {
  return ROOM + roomId;
}
