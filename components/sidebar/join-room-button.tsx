"use client";

import { useRouter } from "next/navigation";
import { joinRoomAction } from "@/app/rooms/actions";
import { Button } from "@/components/ui/button";
import { showRefusal } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { RoomSummary } from "./room-summary";

type JoinRoomButtonProps = {
  room: Pick<RoomSummary, "id" | "slug" | "name">;
  variant?: "row" | "page";
  className?: string;
};

/** Joins a public room and goes there. */
export function JoinRoomButton({ room, variant = "page", className }: JoinRoomButtonProps) {
  const router = useRouter();
  const join = useAction(joinRoomAction, () => router.push(`/rooms/${room.slug}`), showRefusal);
  return (
    <Button
      variant={variant === "row" ? "ghost" : "primary"}
      size={variant === "row" ? "sm" : "md"}
      busy={join.pending}
      onClick={() => join.run(room.id)}
      className={variant === "row" ? "h-7 px-2 text-primary touch:h-10" : className}
    >
      {variant === "row" ? (
        <span>
          Join<span className="sr-only"> {room.name}</span>
        </span>
      ) : (
        "Join room"
      )}
    </Button>
  );
}
