"use client";

import { Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { RoomIcon } from "@/components/sidebar/room-icon";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { LOBBY_SLUG } from "@/protocol/limits";
import type { ServerRoom } from "@/protocol/rooms";
import { DeleteServerRoomDialog } from "./delete-server-room-dialog";

type ServerRoomRowProps = { room: ServerRoom; onDeleted: () => void };

/** A room as an owner of the server sees it: that it is there and how large, not what is said in it. */
export function ServerRoomRow({ room, onDeleted }: ServerRoomRowProps) {
  const [isAsking, setIsAsking] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <li className="flex min-h-14 items-center gap-3 rounded-lg px-3 py-2 hover:bg-accent/60">
      <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-muted text-muted-foreground">
        <RoomIcon room={room} className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold">
          <bdi>{room.name}</bdi>
        </p>
        <p className="truncate text-muted-foreground text-sm tabular-nums">
          {room.kind === "open" ? "Public" : "Private"} ·{" "}
          {room.members === 1 ? "1 member" : `${room.members.toLocaleString("en")} members`}
        </p>
      </div>
      {room.archivedAt && <Badge>Archived</Badge>}
      {room.slug !== LOBBY_SLUG && (
        <Button
          ref={trigger}
          variant="ghost"
          size="iconSm"
          aria-label={`Delete ${room.name}`}
          onClick={() => setIsAsking(true)}
        >
          <Trash2 />
        </Button>
      )}
      <DeleteServerRoomDialog
        room={room}
        open={isAsking}
        onClose={() => setIsAsking(false)}
        onDeleted={onDeleted}
        returnFocus={trigger}
      />
    </li>
  );
}
