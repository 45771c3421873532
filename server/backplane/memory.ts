import { EventEmitter } from "node:events";
import type { Backplane, ControlEvent, RoomEvent } from "./backplane";

const CONTROL = "control";

/** The backplane of a single process: an event reaches its listeners before `publish` returns. */
export function memoryBackplane(): Backplane {
  const events = new EventEmitter({ captureRejections: false }).setMaxListeners(0);

  function on<Event>(topic: string, listener: (event: Event) => void) {
    events.on(topic, listener);
    return () => void events.off(topic, listener);
  }

  return {
    publish: (roomId, event) => void events.emit(`room:${roomId}`, event),
    subscribe: async (roomId, listener) => on<RoomEvent>(`room:${roomId}`, listener),
    publishControl: (event) => void events.emit(CONTROL, event),
    onControl: (listener) => on<ControlEvent>(CONTROL, listener),
    close: async () => void events.removeAllListeners(),
  };
}
