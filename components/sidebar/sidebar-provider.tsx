"use client";

import { usePathname } from "next/navigation";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { RoomSummary, SignedIn } from "./room-summary";

type Sidebar = {
  viewer: SignedIn;
  rooms: readonly RoomSummary[];
  /** Whether the sheet that is the sidebar on a phone is open. */
  open: boolean;
  setOpen: (open: boolean) => void;
};

const SidebarContext = createContext<Sidebar | null>(null);

export function SidebarProvider({
  viewer,
  rooms,
  children,
}: Pick<Sidebar, "viewer" | "rooms"> & { children: ReactNode }) {
  const pathname = usePathname();
  // The sheet belongs to the page that it was opened over: going elsewhere closes it.
  const [openOver, setOpenOver] = useState<string | null>(null);

  const sidebar = useMemo(
    () => ({
      viewer,
      rooms,
      open: openOver === pathname,
      setOpen: (open: boolean) => setOpenOver(open ? pathname : null),
    }),
    [viewer, rooms, openOver, pathname],
  );
  return <SidebarContext value={sidebar}>{children}</SidebarContext>;
}

/** @throws Error outside of the rooms' layout. */
export function useSidebar(): Sidebar {
  const sidebar = useContext(SidebarContext);
  if (!sidebar) throw new Error("useSidebar is for what stands inside app/rooms/layout.tsx.");
  return sidebar;
}
