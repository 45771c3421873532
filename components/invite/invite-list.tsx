"use client";

import { Link2 } from "lucide-react";
import { revokeInviteAction } from "@/app/rooms/actions";
import { Button } from "@/components/ui/button";
import { LocalTime } from "@/components/ui/local-time";
import { showRefusal } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";

export type Invite = {
  id: string;
  room: { name: string } | null;
  invitedBy: string;
  expiresAt: string;
  maxUses: number | null;
  uses: number;
};

type InviteListProps = { invites: readonly Invite[]; onRevoked: () => void };

/** The links that still admit. */
export function InviteList({ invites, onRevoked }: InviteListProps) {
  if (invites.length === 0) return <p className="text-muted-foreground text-sm">No active links.</p>;
  return (
    <section aria-label="Active links">
      <h3 className="mb-1 font-semibold text-muted-foreground text-sm tracking-normal">Active links</h3>
      <ul className="divide-y">
        {invites.map((invite) => (
          <InviteRow key={invite.id} invite={invite} onRevoked={onRevoked} />
        ))}
      </ul>
    </section>
  );
}

function InviteRow({ invite, onRevoked }: { invite: Invite; onRevoked: () => void }) {
  const revoke = useAction(revokeInviteAction, onRevoked, showRefusal);
  return (
    <li className="flex items-center gap-3 py-2.5">
      <Link2 aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      <p className="min-w-0 flex-1 text-sm">
        <span className="block truncate">
          By <bdi>{invite.invitedBy}</bdi>
        </span>
        <span className="block text-muted-foreground">
          {usesOf(invite)} · Until <LocalTime at={invite.expiresAt} />
        </span>
      </p>
      <Button variant="quietDanger" size="sm" busy={revoke.pending} onClick={() => revoke.run(invite.id)}>
        Revoke
      </Button>
    </li>
  );
}

function usesOf({ uses, maxUses }: Invite): string {
  if (maxUses !== null) return `Used ${uses} of ${maxUses}`;
  return uses === 1 ? "Used once" : `Used ${uses} times`;
}
