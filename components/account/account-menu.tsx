"use client";

import { ChevronsUpDown, LogOut, MonitorX, Settings, UsersRound } from "lucide-react";
import Link from "next/link";
import { useTheme } from "next-themes";
import { useRef, useState } from "react";
import type { SignedIn } from "@/components/sidebar/room-summary";
import { THEMES } from "@/components/theme/theme-choice";
import { Avatar } from "@/components/ui/avatar";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { showRefusal } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import { hasUnsent, signOut } from "./sign-out";
import { SignOutDialog, type SignOutScope } from "./sign-out-dialog";

/** Who is signed in, and what they can do about it. */
export function AccountMenu({ viewer }: { viewer: SignedIn }) {
  const { theme, setTheme } = useTheme();
  const [asking, setAsking] = useState<SignOutScope | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);

  const leave = useAction(() => signOut(viewer.id), undefined, showRefusal);
  const askOrLeave = async () => ((await hasUnsent(viewer.id)) ? setAsking("here") : leave.run());

  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger
          ref={trigger}
          className="flex h-12 w-full items-center gap-2.5 rounded-md px-2 text-start hover:bg-sidebar-accent data-[state=open]:bg-sidebar-accent"
        >
          <Avatar id={viewer.id} name={viewer.name} />
          <span dir="auto" className="min-w-0 flex-1 truncate font-semibold">
            {viewer.name}
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted-foreground" />
          <span className="sr-only">, account menu</span>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="start" side="top" className="w-(--radix-dropdown-menu-trigger-width)">
          <DropdownMenuLabel className="truncate">{viewer.email}</DropdownMenuLabel>
          <DropdownMenuItem asChild>
            <Link href="/settings">
              <Settings /> Settings
            </Link>
          </DropdownMenuItem>
          {viewer.role === "owner" && (
            <DropdownMenuItem asChild>
              <Link href="/admin/people">
                <UsersRound /> Manage server
              </Link>
            </DropdownMenuItem>
          )}
          <DropdownMenuSeparator />
          <DropdownMenuLabel>Appearance</DropdownMenuLabel>
          <DropdownMenuRadioGroup value={theme} onValueChange={setTheme}>
            {THEMES.map(({ value, label, Icon }) => (
              <DropdownMenuRadioItem key={value} value={value} onSelect={(event) => event.preventDefault()}>
                <Icon /> {label}
              </DropdownMenuRadioItem>
            ))}
          </DropdownMenuRadioGroup>
          <DropdownMenuSeparator />
          <DropdownMenuItem onSelect={askOrLeave}>
            <LogOut /> Sign out
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => setAsking("everywhere")}>
            <MonitorX /> Sign out everywhere
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <SignOutDialog viewerId={viewer.id} scope={asking} onClose={() => setAsking(null)} returnFocus={trigger} />
    </>
  );
}
