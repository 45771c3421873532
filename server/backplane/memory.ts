import { randomUUID } from "node:crypto";
import type { Backplane } from "./backplane";
import { localListeners } from "./local-listeners";

/** The backplane of a single process: an event reaches its listeners before `publish` returns. */
export function memoryBackplane(): Backplane {
  const local = localListeners();
  return {
    processId: randomUUID(),
    isShared: false,
    isConnected: true,
    onConnection: () => () => {},
    publish: local.tellRoom,
    subscribe: async (roomId, listener) => local.onRoom(roomId, listener),
    publishControl: local.tellControl,
    onControl: local.onControl,
    close: async () => local.clear(),
  };
}
