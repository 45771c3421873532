"use client";

import { Ellipsis } from "lucide-react";
import { useRef, useState } from "react";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { Account } from "@/protocol/accounts";
import { type AccountAction, AccountDialog } from "./account-dialog";

type AccountRowProps = { account: Account; isViewer: boolean; onChanged: (account: Account) => void };

export function AccountRow({ account, isViewer, onChanged }: AccountRowProps) {
  const [action, setAction] = useState<AccountAction | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const isOwner = account.role === "owner";
  return (
    <li className="flex min-h-14 items-center gap-3 rounded-lg px-3 py-2 hover:bg-accent/60">
      <Avatar id={account.id} name={account.name} />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-baseline gap-2">
          <span dir="auto" className="truncate font-semibold">
            {account.name}
          </span>
          {isViewer && <span className="shrink-0 text-muted-foreground text-sm">you</span>}
        </div>
        <p className="truncate text-muted-foreground text-sm">{account.email}</p>
      </div>
      {isOwner && <Badge tone="primary">Owner</Badge>}
      {!account.active && <Badge tone="warning">Deactivated</Badge>}
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button ref={trigger} variant="ghost" size="iconSm" aria-label={`Actions for ${account.name}`}>
            <Ellipsis />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          {account.active && (
            <>
              <DropdownMenuItem onSelect={() => setAction("reset")}>Reset password</DropdownMenuItem>
              <DropdownMenuItem onSelect={() => setAction("signOut")}>Sign out everywhere</DropdownMenuItem>
              <DropdownMenuItem onSelect={() => setAction(isOwner ? "makeMember" : "makeOwner")}>
                {isOwner ? "Make member" : "Make owner"}
              </DropdownMenuItem>
              <DropdownMenuSeparator />
            </>
          )}
          <DropdownMenuItem onSelect={() => setAction(account.active ? "deactivate" : "activate")}>
            {account.active ? "Deactivate" : "Activate"}
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <AccountDialog
        account={account}
        action={action}
        onClose={() => setAction(null)}
        onChanged={onChanged}
        returnFocus={trigger}
      />
    </li>
  );
}
