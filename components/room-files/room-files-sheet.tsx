"use client";

import { Tabs } from "radix-ui";
import { useState } from "react";
import { ConversationContext, useGoWhenClosed } from "@/components/message/conversation";
import type { RoomDialogProps } from "@/components/sidebar/room-dialog";
import { SearchInput } from "@/components/ui/search-input";
import { SidePanel, SidePanelContent } from "@/components/ui/side-panel";
import { usePaused } from "@/components/ui/use-paused";
import { FileList } from "./file-list";
import { LinkList } from "./link-list";
import { PictureGrid } from "./picture-grid";

const TABS = [
  { value: "pictures", label: "Pictures", List: PictureGrid },
  { value: "files", label: "Files", List: FileList },
  { value: "links", label: "Links", List: LinkList },
] as const;

/** All that was sent to a room and is more than words. */
export function RoomFilesSheet({ room, open, onOpenChange, returnFocus }: RoomDialogProps) {
  const { above, goOr } = useGoWhenClosed(() => onOpenChange(false));
  return (
    <SidePanel open={open} onOpenChange={onOpenChange}>
      <SidePanelContent
        title={
          <>
            Files in <bdi>{room.name}</bdi>
          </>
        }
        onClosed={() => goOr(() => returnFocus.current?.focus())}
      >
        <ConversationContext value={above}>
          <RoomFiles roomId={room.id} />
        </ConversationContext>
      </SidePanelContent>
    </SidePanel>
  );
}

function RoomFiles({ roomId }: { roomId: string }) {
  const [typed, setTyped] = useState("");
  const q = usePaused(typed.trim());
  return (
    <Tabs.Root defaultValue="pictures" className="flex min-h-0 flex-1 flex-col">
      <div className="grid gap-3 border-b px-4 pb-3">
        <SearchInput
          label="Search by name, description or person"
          placeholder="Search"
          value={typed}
          onChange={setTyped}
        />
        <Tabs.List aria-label="What to show" className="grid grid-cols-3 gap-1 rounded-md bg-muted p-1">
          {TABS.map(({ value, label }) => (
            <Tabs.Trigger
              key={value}
              value={value}
              className="h-8 rounded-sm font-semibold text-muted-foreground text-sm hover:text-foreground data-[state=active]:bg-card data-[state=active]:text-foreground dark:data-[state=active]:bg-accent data-[state=active]:shadow-card touch:h-10"
            >
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
      </div>
      {TABS.map(({ value, List }) => (
        <Tabs.Content key={value} value={value} className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-4">
          <List roomId={roomId} q={q} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
