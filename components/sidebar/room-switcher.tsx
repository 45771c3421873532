"use client";

import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { cn } from "@/components/ui/cn";
import { RoomFace } from "./room-face";
import type { RoomSummary } from "./room-summary";
import { useFoundRooms } from "./use-found-rooms";

type RoomSwitcherProps = { open: boolean; onOpenChange: (open: boolean) => void };

/** What is said where no room is shown. */
const SAID = {
  asking: "Searching…",
  failed: "Public rooms could not be searched. Check your connection.",
  ready: "No room has a name like that.",
};

/** Ctrl or Cmd and K: a few letters and Enter lead to any room. */
export function RoomSwitcher({ open, onOpenChange }: RoomSwitcherProps) {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      onOpenChange(!open);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [open, onOpenChange]);

  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-overlay data-[state=closed]:animate-fade-out data-[state=open]:animate-fade-in" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-[max(0.75rem,min(14dvh,8rem))] z-50 mx-auto flex max-h-[min(70dvh,28rem)] max-w-lg flex-col overflow-hidden rounded-xl bg-popover shadow-float outline-none data-[state=closed]:animate-fade-out data-[state=open]:animate-pop-in"
        >
          <Radix.Title className="sr-only">Find a room</Radix.Title>
          <Finder onDone={() => onOpenChange(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const router = useRouter();
  const id = useId();
  const [sought, setSought] = useState("");
  const [at, setAt] = useState(0);
  const { found, state } = useFoundRooms(sought);
  const optionId = (room: RoomSummary) => `${id}-${room.id}`;

  const go = (room: RoomSummary | undefined) => {
    if (!room) return;
    onDone();
    router.push(`/rooms/${room.slug}`);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || found.length === 0) return;
    if (event.key === "ArrowDown") setAt((at + 1) % found.length);
    else if (event.key === "ArrowUp") setAt((at - 1 + found.length) % found.length);
    else if (event.key === "Enter") go(found[at]);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className="flex items-center gap-3 border-b px-4">
        <Search aria-hidden className="size-5 shrink-0 text-muted-foreground" />
        <input
          role="combobox"
          aria-label="Find a room"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={found[at] && optionId(found[at])}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder="Find a room"
          value={sought}
          onChange={(event) => {
            setSought(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          className="h-13 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-muted-foreground"
        />
      </div>
      <div id={`${id}-list`} role="listbox" aria-label="Rooms" className="min-h-0 overflow-y-auto p-2">
        {found.map((room, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the combobox's, which has the focus.
          <div
            key={room.id}
            id={optionId(room)}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            ref={index === at ? (option) => option?.scrollIntoView({ block: "nearest" }) : undefined}
            onClick={() => go(room)}
            onPointerMove={() => setAt(index)}
            className={cn(
              "flex min-h-10 cursor-pointer items-center gap-3 rounded-md px-3 py-1.5 touch:min-h-12",
              index === at && "bg-accent",
            )}
          >
            <RoomFace room={room} className="text-muted-foreground" />
            <span dir="auto" className="min-w-0 shrink-0 max-w-[70%] truncate font-medium">
              {room.name}
            </span>
            <span dir="auto" className="min-w-0 flex-1 truncate text-muted-foreground text-sm">
              {room.archivedAt ? "Archived" : room.joined ? room.topic : "Public room"}
            </span>
          </div>
        ))}
      </div>
      <p role="status" className={cn("px-5 text-muted-foreground text-sm", found.length === 0 && "pb-5")}>
        {found.length === 0 && SAID[state]}
      </p>
    </>
  );
}
