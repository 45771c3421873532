"use client";

import type { RefObject } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { signOut, signOutEverywhere } from "./sign-out";

/** "here": this browser, asked only when messages would be lost. "everywhere": every session of the account. */
export type SignOutScope = "here" | "everywhere";

type SignOutDialogProps = {
  viewerId: string;
  scope: SignOutScope | null;
  onClose: () => void;
  returnFocus?: RefObject<HTMLElement | null>;
};

export function SignOutDialog({ viewerId, scope, onClose, returnFocus }: SignOutDialogProps) {
  return (
    <ConfirmDialog
      open={scope !== null}
      onOpenChange={(open) => !open && onClose()}
      returnFocus={returnFocus}
      title={scope === "everywhere" ? "Sign out everywhere?" : "Sign out and lose what was not sent?"}
      deed={scope === "everywhere" ? "Sign out everywhere" : "Sign out"}
      danger={scope === "here"}
      action={() => (scope === "everywhere" ? signOutEverywhere(viewerId) : signOut(viewerId))}
    >
      {scope === "everywhere"
        ? "Every browser and device that is signed in to your account is signed out at once, this one too."
        : "This browser holds messages that have not reached the server yet. Signing out deletes them."}
    </ConfirmDialog>
  );
}
