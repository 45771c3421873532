import { DoorClosed } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { SidebarTrigger } from "@/components/sidebar/sidebar-trigger";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export const metadata: Metadata = { title: "No such room" };

/** The same for a room that never was and for one that is closed to the reader. */
export default function RoomNotFound() {
  return (
    <>
      <header className="box-content flex h-14 shrink-0 items-center gap-2 px-2 pt-[env(safe-area-inset-top)] md:hidden">
        <SidebarTrigger />
      </header>
      <div className="grid flex-1 place-items-center pb-[12vh]">
        <EmptyState
          icon={<DoorClosed />}
          title={<h1>No such room</h1>}
          actions={
            <Button asChild variant="secondary">
              <Link href="/">Back to your rooms</Link>
            </Button>
          }
        >
          It may be closed, or its address has a mistake. If somebody told you about it, ask them for an invite link.
        </EmptyState>
      </div>
    </>
  );
}
