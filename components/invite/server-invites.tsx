"use client";

import { useRouter } from "next/navigation";
import { InviteForm } from "./invite-form";
import { type Invite, InviteList } from "./invite-list";

/** Links that let people sign up, without a room. */
export function ServerInvites({ invites }: { invites: readonly Invite[] }) {
  const router = useRouter();
  return (
    <div className="flex flex-col gap-6">
      <InviteForm onCreated={router.refresh} />
      <InviteList invites={invites} onRevoked={router.refresh} />
    </div>
  );
}
