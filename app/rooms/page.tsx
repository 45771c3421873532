import { DoorOpen } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { BROWSE_PATH } from "@/components/sidebar/browse-path";
import { CreateRoomDialog } from "@/components/sidebar/create-room-dialog";
import { SidebarTrigger } from "@/components/sidebar/sidebar-trigger";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { requireViewer } from "../session";

export const metadata: Metadata = { title: "Rooms" };

/** Where somebody stands who is in no room. */
export default async function RoomsPage() {
  await requireViewer();
  return (
    <>
      <header className="flex h-14 shrink-0 items-center gap-2 px-2 pt-[env(safe-area-inset-top)] box-content md:hidden">
        <SidebarTrigger />
        <span className="font-semibold">Rooms</span>
      </header>
      <div className="grid flex-1 place-items-center pb-[12vh]">
        <EmptyState
          icon={<DoorOpen />}
          title={<h1>You are in no room yet</h1>}
          actions={
            <>
              <Button asChild>
                <Link href={BROWSE_PATH}>Browse rooms</Link>
              </Button>
              <CreateRoomDialog>
                <Button variant="secondary">Create room</Button>
              </CreateRoomDialog>
            </>
          }
        >
          Join a public room, or create one. For a private room you need an invite link, or a member who adds you.
        </EmptyState>
      </div>
    </>
  );
}
