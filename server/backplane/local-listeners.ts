import type { ControlEvent, RoomEvent, Unsubscribe } from "./backplane";

type Listener<Event> = (event: Event) => void;

/** This process's own listeners: what every backplane delivers to. */
export function localListeners() {
  const rooms = new Map<string, Set<Listener<RoomEvent>>>();
  const control = new Set<Listener<ControlEvent>>();

  return {
    tellRoom(roomId: string, event: RoomEvent): void {
      for (const listener of rooms.get(roomId) ?? []) listener(event);
    },
    onRoom(roomId: string, listener: Listener<RoomEvent>): Unsubscribe {
      const listeners = rooms.get(roomId) ?? new Set();
      rooms.set(roomId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && rooms.get(roomId) === listeners) rooms.delete(roomId);
      };
    },
    hasRoom: (roomId: string): boolean => rooms.has(roomId),
    tellControl(event: ControlEvent): void {
      for (const listener of control) listener(event);
    },
    onControl(listener: Listener<ControlEvent>): Unsubscribe {
      control.add(listener);
      return () => void control.delete(listener);
    },
    clear(): void {
      rooms.clear();
      control.clear();
    },
  };
}
