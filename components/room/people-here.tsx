"use client";

import { Users } from "lucide-react";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import type { Person } from "@/protocol/frames";

/** How many people are in the room now, and who; unseen until that is known, for we are here ourselves. */
export function PeopleHere({ count, people, meId }: { count: number; people: readonly Person[]; meId: string }) {
  const unnamed = count - people.length;
  return (
    <Popover>
      <PopoverTrigger asChild>
        <Button
          variant="ghost"
          size="sm"
          className={cn("gap-1.5 tabular-nums", count === 0 && "invisible")}
          aria-label={`${countPeople(count)} here now`}
        >
          <Users aria-hidden className="text-muted-foreground" />
          {count}
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" aria-label="People here now" className="w-64 p-0">
        <h2 className="px-4 pt-3 pb-1 font-semibold text-muted-foreground text-sm tracking-normal">Here now</h2>
        <ul className="max-h-80 overflow-y-auto px-2 pb-2">
          {people.map(({ id, name }) => (
            <li key={id} className="flex items-center gap-2.5 px-2 py-1.5">
              <Avatar id={id} name={name} size="sm" />
              <span dir="auto" className="min-w-0 truncate">
                {name}
              </span>
              {id === meId && <span className="ms-auto shrink-0 text-muted-foreground text-sm">you</span>}
            </li>
          ))}
          {unnamed > 0 && people.length > 0 && (
            <li className="px-2 py-1.5 text-muted-foreground text-sm">and {unnamed.toLocaleString("en")} more</li>
          )}
        </ul>
      </PopoverContent>
    </Popover>
  );
}

function countPeople(count: number): string {
  return count === 1 ? "1 person" : `${count.toLocaleString("en")} people`;
}
