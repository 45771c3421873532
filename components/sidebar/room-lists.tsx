"use client";

import { Compass } from "lucide-react";
import Link from "next/link";
import { useParams, usePathname } from "next/navigation";
import { type ReactNode, useId } from "react";
import { BROWSE_PATH } from "./browse-path";
import { CreateRoomDialog } from "./create-room-dialog";
import { RoomLink } from "./room-link";
import { useSidebar } from "./sidebar-provider";

/** The rooms that one is in, and the way to all others. */
export function RoomLists() {
  const { rooms } = useSidebar();
  const current = useCurrentSlug();

  return (
    <nav aria-label="Rooms" className="flex flex-col gap-2">
      <Section title="Rooms" action={<CreateRoomDialog />}>
        {rooms.length > 0 ? (
          <ul className="flex flex-col gap-px">
            {rooms.map((room) => (
              <li key={room.id} className="flex items-center">
                <RoomLink room={room} current={room.slug === current} />
              </li>
            ))}
          </ul>
        ) : (
          <p className="px-2.5 py-1.5 text-muted-foreground text-sm">
            You are in no room yet. Browse the rooms, or create one.
          </p>
        )}
      </Section>
      <BrowseLink />
    </nav>
  );
}

function BrowseLink() {
  const isHere = usePathname() === BROWSE_PATH;
  return (
    <Link
      href={BROWSE_PATH}
      aria-current={isHere ? "page" : undefined}
      className="flex h-9 items-center gap-2 rounded-md px-2 text-muted-foreground hover:bg-sidebar-accent hover:text-foreground aria-[current=page]:bg-sidebar-accent aria-[current=page]:font-semibold aria-[current=page]:text-foreground touch:h-11"
    >
      <span className="grid size-6 shrink-0 place-items-center">
        <Compass aria-hidden className="size-[1.2em]" strokeWidth={1.75} />
      </span>
      Browse rooms
    </Link>
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

function useCurrentSlug(): string | undefined {
  const { room } = useParams<{ room?: string }>();
  return room && decodeURIComponent(room);
}
