import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { CloseCode } from "@/protocol/close-codes";
import { FRAME_MAX_BYTES } from "@/protocol/limits";
import type { Backplane, ControlEvent } from "@/server/backplane/backplane";
import { drainMessages } from "@/server/domain/messages";
import { networkOf } from "@/server/domain/networks";
import type { SessionProof } from "@/server/domain/sessions";
import type { Rate } from "@/server/domain/token-bucket";
import { TokenBuckets } from "@/server/domain/token-buckets";
import { log } from "@/server/log";
import { metrics } from "@/server/metrics";
import { Connection, type PersonRates, type SocketLimits } from "./connection";
import { Connections } from "./connections";
import { Heartbeat } from "./heartbeat";
import { Hub } from "./hub";
import { Repairs } from "./repairs";
import { chooseProtocol, upgradeHandler } from "./upgrade";

/** A drain closes the sockets over this time, so that they do not all come back in one moment. */
const DRAIN_SPREAD_MS = 2_000;
const DRAIN_STEP_MS = 50;
/** A `typing` frame is sent to a whole room and stored nowhere: no other limit slows down a person who sends only these. */
const TYPING_RATE: Rate = { burst: 5, perSecond: 1 };

export type RealtimeOptions = SocketLimits & {
  backplane: Backplane;
  allowedOrigins: readonly string[];
  addressOf(request: IncomingMessage): string;
  chatRatePerUser: Rate;
  /** Bytes of the pages that joins are answered with. */
  joinedBytesRatePerUser: Rate;
  socketsPerUser: number;
  firstFrameTimeoutMs: number;
  upgradesPerAddressPerMinute: number;
  /** How often each connection is pinged; only tests set it. */
  heartbeatIntervalMs?: number;
  /** How often the rooms are compared with the database; only tests set it. */
  auditIntervalMs?: number;
};

export type Realtime = {
  /** Answers an upgrade request for our path. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Takes no more connections, finishes what was accepted, sends every socket elsewhere. */
  stop(): Promise<void>;
};

/** Puts the parts of `realtime/` together. */
export function createRealtime(options: RealtimeOptions): Realtime {
  const hub = new Hub(options.backplane);
  const connections = new Connections();
  const perMinute = options.upgradesPerAddressPerMinute;
  const upgrades = new TokenBuckets({ burst: perMinute, perSecond: perMinute / 60 });
  const rates: PersonRates = {
    chat: new TokenBuckets(options.chatRatePerUser),
    typing: new TokenBuckets(TYPING_RATE),
    joinedBytes: new TokenBuckets(options.joinedBytesRatePerUser),
  };
  const context = { hub, limits: options, rates };
  let accepting = true;
  let accepted = 0;

  const heartbeat = new Heartbeat({
    firstFrameTimeoutMs: options.firstFrameTimeoutMs,
    intervalMs: options.heartbeatIntervalMs,
    onSlot: (slot, slots) => hub.beat(slot, slots),
  });

  observe(options.backplane, hub, connections);
  const repairs = new Repairs(options.backplane, hub, connections, options.auditIntervalMs);

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_MAX_BYTES,
    maxFragments: 64,
    maxBufferedChunks: 1_024,
    handleProtocols: chooseProtocol,
  } as ConstructorParameters<typeof WebSocketServer>[0]);

  const unsubscribe = options.backplane.onControl((event) => heedControl(connections, event));

  return {
    handleUpgrade: upgradeHandler({
      server,
      allowedOrigins: options.allowedOrigins,
      isAccepting: () => accepting,
      admit: (address) => upgrades.take(networkOf(address)),
      addressOf: options.addressOf,
      accept,
    }),
    async stop() {
      accepting = false;
      await sendElsewhere(connections);
      await drainMessages();
      unsubscribe();
      heartbeat.stop();
      repairs.stop();
      hub.close();
      server.close();
    },
  };

  function accept(socket: WebSocket, proof: SessionProof): void {
    const connection = new Connection(++accepted, socket, proof, context);
    (socket as Bound)[CONNECTION] = connection;
    socket.on("error", onError);
    if (connections.countOf(proof.viewer.id) >= options.socketsPerUser) {
      return connection.peer.close(CloseCode.tooMany, `At most ${options.socketsPerUser} connections for one person.`);
    }
    connections.add(connection);
    heartbeat.add(connection);
    socket.on("message", onMessage);
    socket.on("pong", onPong);
    socket.on("close", onClose);
    // The word that the session has ended may have come while it was being let in.
    void connection.recheck();
  }

  function onClose(this: WebSocket): void {
    const connection = connectionOf(this);
    connection.closed();
    connections.remove(connection);
    heartbeat.remove(connection);
  }
}

// Listeners that all sockets share: one closure a socket would cost more than the socket's own state.
const CONNECTION = Symbol("connection");
type Bound = WebSocket & { [CONNECTION]?: Connection };

function connectionOf(socket: WebSocket): Connection {
  return (socket as Bound)[CONNECTION] as Connection;
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  connectionOf(this).receive(data as Buffer, isBinary);
}

function onPong(this: WebSocket): void {
  connectionOf(this).peer.heard();
}

/** ws has closed or will close the socket with the code that fits; there is nothing to add but a word. */
function onError(this: WebSocket, error: Error): void {
  log.debug({ connectionId: connectionOf(this).id, reason: error.message }, "A socket failed.");
}

function heedControl(connections: Connections, event: ControlEvent): void {
  switch (event.type) {
    case "session-ended":
      for (const connection of connections.of(event.userId)) {
        const { kind, viewer } = connection.proof;
        if (kind === "session" && viewer.sessionVersion < event.sessionVersion) connection.endSession();
      }
      return;
    case "token-ended":
      for (const connection of connections) if (connection.proof.tokenId === event.tokenId) connection.endSession();
      return;
    case "renamed":
      for (const connection of connections.of(event.userId)) connection.viewer.name = event.name;
      return;
    default:
      return event satisfies never;
  }
}

/** What is read only when somebody asks costs nothing in between. */
function observe(backplane: Backplane, hub: Hub, connections: Connections): void {
  const { sockets, rooms, bufferedBytes, backplaneConnected } = metrics();
  const gauges = [
    [sockets, () => connections.size],
    [rooms, () => hub.roomCount],
    [bufferedBytes, () => [...connections].reduce((sum, connection) => sum + connection.peer.bufferedBytes, 0)],
    [backplaneConnected, () => Number(backplane.isConnected)],
  ] as const;
  for (const [gauge, read] of gauges) Object.assign(gauge, { collect: () => gauge.set(read()) });
}

async function sendElsewhere(connections: Connections): Promise<void> {
  const leaving = [...connections];
  const steps = Math.max(1, Math.min(leaving.length, DRAIN_SPREAD_MS / DRAIN_STEP_MS));
  const perStep = Math.ceil(leaving.length / steps);
  for (let sent = 0; sent < leaving.length; sent += perStep) {
    for (const connection of leaving.slice(sent, sent + perStep)) {
      connection.peer.close(CloseCode.restart, "The server restarts: come back.");
    }
    await delay(DRAIN_STEP_MS);
  }
}
