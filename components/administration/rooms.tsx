"use client";

import { listRooms } from "@/client/administration-api";
import type { ServerRoom, ServerRoomPage } from "@/protocol/rooms";
import { AdministrationList } from "./administration-list";
import { ServerRoomRow } from "./server-room-row";
import { toPage } from "./use-pages";

const ask = async (query: string, after?: string) => toPage(await listRooms(query, after), ({ rooms }) => rooms);

/** All rooms of the server, the private ones too, for its owners. `first` is the page that the server rendered. */
export function Rooms({ first }: { first: ServerRoomPage }) {
  return (
    <AdministrationList<ServerRoom>
      label="Rooms"
      search={{ label: "Search rooms", placeholder: "Search by name" }}
      nothing={{ title: "No room found", text: (query) => <>No room’s name has “{query}”.</> }}
      first={{ items: first.rooms, next: first.next }}
      ask={ask}
      row={(room, put) => <ServerRoomRow key={room.id} room={room} onDeleted={() => put(null)} />}
    />
  );
}
