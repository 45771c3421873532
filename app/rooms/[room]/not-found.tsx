import { DoorClosed } from "lucide-react";
import Link from "next/link";
import { SidebarTrigger } from "@/components/sidebar/sidebar-trigger";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default function RoomNotFound() {
  return (
    <>
      <header className="box-content flex h-14 shrink-0 items-center px-2 pt-[env(safe-area-inset-top)] md:hidden">
        <SidebarTrigger />
      </header>
      <div className="grid flex-1 place-items-center pb-[12vh]">
        <EmptyState
          icon={<DoorClosed />}
          title={<h1>There is no room here for you</h1>}
          actions={
            <Button asChild>
              <Link href="/">Go to your rooms</Link>
            </Button>
          }
        >
          The address may be mistyped, or the room is closed and you are not in it. Somebody inside can add you, or send
          you an invite link.
        </EmptyState>
      </div>
    </>
  );
}
