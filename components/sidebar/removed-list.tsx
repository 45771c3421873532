"use client";

import { allowAgain, type RemovedPerson } from "@/client/members-api";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { LocalTime } from "@/components/ui/local-time";
import { showRefusal, toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";

type RemovedListProps = { roomId: string; people: readonly RemovedPerson[]; onAllowed: () => void };

/** Who was removed and cannot join; for the owners of the room. */
export function RemovedList({ roomId, people, onAllowed }: RemovedListProps) {
  if (people.length === 0) return null;
  return (
    <section aria-label="Removed people">
      <h3 className="mb-1 font-semibold text-muted-foreground text-sm tracking-normal">Removed people</h3>
      <p className="mb-2 text-muted-foreground text-sm">They cannot join again, unless you add them or allow it.</p>
      <ul className="-mx-2 flex flex-col">
        {people.map((person) => (
          <RemovedRow key={person.id} roomId={roomId} person={person} onAllowed={onAllowed} />
        ))}
      </ul>
    </section>
  );
}

type RemovedRowProps = { roomId: string; person: RemovedPerson; onAllowed: () => void };

function RemovedRow({ roomId, person, onAllowed }: RemovedRowProps) {
  const allow = useAction(
    allowAgain,
    () => {
      toast.success(`${person.name} can join again`);
      onAllowed();
    },
    showRefusal,
  );
  return (
    <li className="flex min-h-12 items-center gap-3 rounded-md px-2 py-1.5">
      <Avatar id={person.id} name={person.name} />
      <p className="min-w-0 flex-1">
        <span dir="auto" className="block truncate">
          {person.name}
        </span>
        <span className="block truncate text-muted-foreground text-sm">
          {person.removedBy && (
            <>
              By <bdi>{person.removedBy}</bdi> ·{" "}
            </>
          )}
          <LocalTime at={person.removedAt} />
        </span>
      </p>
      <Button variant="secondary" size="sm" busy={allow.pending} onClick={() => allow.run(roomId, person.id)}>
        <span>
          Allow<span className="sr-only"> {person.name}</span> to join
        </span>
      </Button>
    </li>
  );
}
