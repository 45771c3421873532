"use client";

import { useState } from "react";
import { cn } from "@/components/ui/cn";
import { RoomIcon } from "./room-icon";
import type { RoomSummary } from "./room-summary";

type RoomFaceProps = {
  room: Pick<RoomSummary, "kind" | "archivedAt" | "picture">;
  /** Of the frame, which the picture fills and the icon stands in. */
  className?: string;
  iconClassName?: string;
};

/** What a room is known by: its picture, or its door. It stands beside the room's name, so it is silent. */
export function RoomFace({ room, className, iconClassName }: RoomFaceProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const shown = room.picture !== broken && room.picture;
  return (
    <span data-face className={cn("grid size-6 shrink-0 place-items-center overflow-hidden rounded-md", className)}>
      {shown ? (
        <img
          // What failed before the page came alive told nobody.
          ref={(image) => {
            if (image?.complete && image.naturalWidth === 0) setBroken(shown);
          }}
          alt=""
          src={shown}
          draggable={false}
          onError={() => setBroken(shown)}
          className="size-full bg-card object-cover"
        />
      ) : (
        <RoomIcon room={room} className={iconClassName} />
      )}
    </span>
  );
}
