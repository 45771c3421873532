"use client";

import { Archive, ArchiveRestore, Ellipsis, Files, Link2, LogOut, Pencil, Trash2, Users } from "lucide-react";
import { useRef, useState } from "react";
import { archiveRoomAction } from "@/app/rooms/actions";
import { InviteDialog } from "@/components/invite/invite-dialog";
import { RoomFilesSheet } from "@/components/room-files/room-files-sheet";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { showRefusal, toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import { ArchiveRoomDialog } from "./archive-room-dialog";
import { DeleteRoomDialog } from "./delete-room-dialog";
import { EditRoomDialog } from "./edit-room-dialog";
import { LeaveRoomDialog } from "./leave-room-dialog";
import { MembersDialog } from "./members-dialog";
import { isLobby, managesRoom, type RoomSummary } from "./room-summary";
import { useSidebar } from "./sidebar-provider";

type Opened = "members" | "files" | "invite" | "edit" | "archive" | "leave" | "delete" | null;

/** What can be done with a room, each offered to those who may. */
export function RoomMenu({ room, className }: { room: RoomSummary; className?: string }) {
  const { viewer } = useSidebar();
  const [opened, setOpened] = useState<Opened>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const manages = managesRoom(viewer, room);
  const restore = useAction(archiveRoomAction, () => toast.success(`${room.name} is back.`), showRefusal);

  const dialog = (which: Opened) => ({
    room,
    open: opened === which,
    onOpenChange: (open: boolean) => setOpened(open ? which : null),
    returnFocus: trigger,
  });

  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button ref={trigger} variant="ghost" size="icon" aria-label="Room menu" className={className}>
            <Ellipsis />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem onSelect={() => setOpened("members")}>
            <Users /> Members
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => setOpened("files")}>
            <Files /> Files and links
          </DropdownMenuItem>
          {room.joined && !room.archivedAt && (
            <DropdownMenuItem onSelect={() => setOpened("invite")}>
              <Link2 /> Invite by link
            </DropdownMenuItem>
          )}
          {manages && (
            <>
              <DropdownMenuSeparator />
              <DropdownMenuItem onSelect={() => setOpened("edit")}>
                <Pencil /> Edit the room
              </DropdownMenuItem>
              {room.archivedAt ? (
                <DropdownMenuItem onSelect={() => restore.run(room.id, false)}>
                  <ArchiveRestore /> Bring it back
                </DropdownMenuItem>
              ) : (
                <DropdownMenuItem onSelect={() => setOpened("archive")}>
                  <Archive /> Archive
                </DropdownMenuItem>
              )}
            </>
          )}
          {room.joined && (
            <>
              <DropdownMenuSeparator />
              <DropdownMenuItem danger onSelect={() => setOpened("leave")}>
                <LogOut /> Leave the room
              </DropdownMenuItem>
            </>
          )}
          {manages && !isLobby(room) && (
            <DropdownMenuItem danger onSelect={() => setOpened("delete")}>
              <Trash2 /> Delete room
            </DropdownMenuItem>
          )}
        </DropdownMenuContent>
      </DropdownMenu>
      <MembersDialog {...dialog("members")} />
      <RoomFilesSheet {...dialog("files")} />
      <InviteDialog {...dialog("invite")} />
      <EditRoomDialog {...dialog("edit")} />
      <ArchiveRoomDialog {...dialog("archive")} />
      <LeaveRoomDialog {...dialog("leave")} />
      <DeleteRoomDialog {...dialog("delete")} />
    </>
  );
}
