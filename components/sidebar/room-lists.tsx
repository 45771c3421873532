"use client";

import { ChevronRight } from "lucide-react";
import { useParams } from "next/navigation";
import { type ReactNode, useId } from "react";
import { CreateRoomDialog } from "./create-room-dialog";
import { JoinRoomButton } from "./join-room-button";
import { RoomLink } from "./room-link";
import type { RoomSummary } from "./room-summary";
import { useSidebar } from "./sidebar-provider";

/** My rooms, those that I can join, and the archived ones, folded. */
export function RoomLists() {
  const { rooms } = useSidebar();
  const current = useCurrentSlug();
  const mine = rooms.filter((room) => room.joined && !room.archivedAt);
  const joinable = rooms.filter((room) => !room.joined && !room.archivedAt);
  const archived = rooms.filter((room) => room.archivedAt);

  return (
    <nav aria-label="Rooms" className="flex flex-col gap-5">
      <Section title="Rooms" action={<CreateRoomDialog />}>
        {mine.length > 0 ? (
          <Rooms rooms={mine} current={current} />
        ) : (
          <p className="px-2.5 py-1.5 text-muted-foreground text-sm">
            You are in no room yet. Join one, or open your own.
          </p>
        )}
      </Section>
      {joinable.length > 0 && (
        <Section title="Open to join">
          <Rooms rooms={joinable} current={current} end={(room) => <JoinRoomButton room={room} variant="row" />} />
        </Section>
      )}
      {archived.length > 0 && (
        <details className="group" open={archived.some((room) => room.slug === current) || undefined}>
          <summary className="flex h-8 list-none items-center gap-1 rounded-md px-2.5 font-semibold text-muted-foreground text-sm hover:bg-sidebar-accent touch:h-10">
            Archived
            <span className="font-normal">{archived.length}</span>
            <ChevronRight
              aria-hidden
              className="ms-auto size-4 transition-transform group-open:rotate-90 rtl:-scale-x-100"
            />
          </summary>
          <Rooms rooms={archived} current={current} />
        </details>
      )}
    </nav>
  );
}

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className="flex h-9 items-center justify-between ps-2.5 touch:h-11">
        <h2 id={id} className="font-semibold text-muted-foreground text-sm tracking-normal">
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
}

type RoomsProps = {
  rooms: readonly RoomSummary[];
  current: string | undefined;
  end?: (room: RoomSummary) => ReactNode;
};

function Rooms({ rooms, current, end }: RoomsProps) {
  return (
    <ul className="flex flex-col gap-px">
      {rooms.map((room) => (
        <li key={room.id} className="relative flex items-center">
          <RoomLink room={room} current={room.slug === current} className={end && "pe-15 touch:pe-19"} />
          {end && <div className="absolute end-1.5">{end(room)}</div>}
        </li>
      ))}
    </ul>
  );
}

function useCurrentSlug(): string | undefined {
  const { room } = useParams<{ room?: string }>();
  return room && decodeURIComponent(room);
}
