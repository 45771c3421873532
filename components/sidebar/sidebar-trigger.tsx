"use client";

import { PanelLeft } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { useSidebar } from "./sidebar-provider";

/** Opens the sidebar as a sheet; only there where the sidebar itself is not. */
export function SidebarTrigger({ className }: { className?: string }) {
  const { open, setOpen } = useSidebar();
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label="Rooms and account"
      aria-haspopup="dialog"
      aria-expanded={open}
      onClick={() => setOpen(true)}
      className={cn("md:hidden", className)}
    >
      <PanelLeft />
    </Button>
  );
}
