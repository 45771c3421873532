"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { leaveRoom, stayInRoom } from "@/client/members-api";
import type { RoomSummary } from "@/components/sidebar/room-summary";
import { Button } from "@/components/ui/button";
import { showRefusal, toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";

/** Tells somebody whom another person added, and lets them leave with one click. */
export function AddedNotice({ room, addedBy }: { room: RoomSummary; addedBy: string }) {
  const router = useRouter();
  const [isAnswered, setAnswered] = useState(false);
  const stay = useAction(stayInRoom, () => setAnswered(true), showRefusal);
  const leave = useAction(
    leaveRoom,
    () => {
      toast.success(`You left #${room.name}`);
      router.push("/");
      router.refresh();
    },
    showRefusal,
  );
  if (isAnswered) return null;
  return (
    <section
      aria-label="You were added"
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t bg-muted/50 px-4 py-2.5 sm:px-6"
    >
      <p className="wrap-anywhere min-w-0">
        <bdi className="font-semibold">{addedBy}</bdi> added you to #<bdi>{room.name}</bdi>.
      </p>
      <div className="flex gap-2">
        <Button variant="quietDanger" size="sm" busy={leave.pending} onClick={() => leave.run(room.id)}>
          Leave room
        </Button>
        <Button variant="secondary" size="sm" busy={stay.pending} onClick={() => stay.run(room.id)}>
          Stay
        </Button>
      </div>
    </section>
  );
}
