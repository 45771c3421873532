"use client";

import { Search } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { AccountMenu } from "@/components/account/account-menu";
import { Button } from "@/components/ui/button";
import { Mark } from "@/components/ui/mark";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import { Tooltip } from "@/components/ui/tooltip";
import { RoomLists } from "./room-lists";
import { RoomSwitcher } from "./room-switcher";
import { useSidebar } from "./sidebar-provider";

/** The rooms and the account: a column on a wide screen, a sheet on a narrow one. */
export function Sidebar() {
  const { open, setOpen } = useSidebar();
  const [finding, setFinding] = useState(false);
  return (
    <>
      <aside
        aria-label="Rooms and account"
        className="hidden w-68 shrink-0 flex-col border-e bg-sidebar md:flex xl:w-76"
      >
        <SidebarContent onFind={() => setFinding(true)} />
      </aside>
      <Sheet open={open} onOpenChange={setOpen}>
        <SheetContent title="Rooms and account">
          <SidebarContent
            onFind={() => {
              setOpen(false);
              setFinding(true);
            }}
          />
        </SheetContent>
      </Sheet>
      <RoomSwitcher open={finding} onOpenChange={setFinding} />
    </>
  );
}

function SidebarContent({ onFind }: { onFind: () => void }) {
  const { viewer } = useSidebar();
  return (
    <>
      <div className="flex h-14 shrink-0 items-center justify-between ps-4 pe-2.5 pt-[env(safe-area-inset-top)] box-content">
        <Link
          href="/"
          className="-ms-1 flex items-center gap-2.5 rounded-md px-1 py-1 font-bold text-lg tracking-tight"
        >
          <Mark className="size-7" />
          Adda
        </Link>
        <Tooltip label="Find a room (Ctrl K)" side="bottom">
          <Button
            variant="ghost"
            size="icon"
            aria-label="Find a room"
            onClick={onFind}
            className="text-muted-foreground"
          >
            <Search />
          </Button>
        </Tooltip>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2.5 pt-1 pb-4">
        <RoomLists />
      </div>
      <div className="border-t p-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
        <AccountMenu viewer={viewer} />
      </div>
    </>
  );
}
