"use client";

import { type RefObject, useState } from "react";
import { changeAccount, createResetLink, signOutEverywhere } from "@/client/administration-api";
import type { RestAnswer } from "@/client/rest";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog, DialogActions, DialogClose, DialogContent } from "@/components/ui/dialog";
import type { Account } from "@/protocol/accounts";
import { ConfirmedForm } from "./confirmed-form";

export type AccountAction = "reset" | "signOut" | "deactivate" | "activate" | "makeOwner" | "makeMember";

type Outcome = { account?: Account; url?: string };
type Wording = {
  title(name: string): string;
  text: string;
  button: string;
  danger?: boolean;
  act(account: Account, currentPassword: string | undefined): Promise<RestAnswer<Outcome>>;
};

const changed = (answer: RestAnswer<Account>): RestAnswer<Outcome> =>
  answer.ok ? { ok: true, value: { account: answer.value } } : answer;

const ACTIONS: Record<AccountAction, Wording> = {
  reset: {
    title: (name) => `Reset ${name}’s password`,
    text: "Creates a link with which they choose a new password. It works once, within an hour. Until they use it, nothing changes.",
    button: "Create reset link",
    act: ({ id }, password) => createResetLink(id, password),
  },
  signOut: {
    title: (name) => `Sign ${name} out everywhere`,
    text: "Ends every session on every device and revokes their API tokens. They can sign in again.",
    button: "Sign out everywhere",
    act: async ({ id }) => {
      const answer = await signOutEverywhere(id);
      return answer.ok ? { ok: true, value: {} } : answer;
    },
  },
  deactivate: {
    title: (name) => `Deactivate ${name}`,
    text: "They are signed out at once and cannot sign in. Their API tokens are revoked. Their messages stay.",
    button: "Deactivate",
    danger: true,
    act: async ({ id }) => changed(await changeAccount(id, { active: false })),
  },
  activate: {
    title: (name) => `Activate ${name}`,
    text: "They can sign in again with their password. API tokens do not come back.",
    button: "Activate",
    act: async ({ id }) => changed(await changeAccount(id, { active: true })),
  },
  makeOwner: {
    title: (name) => `Make ${name} an owner`,
    text: "Owners manage all people and public rooms of this server, and can do the same to you.",
    button: "Make owner",
    act: async ({ id }, currentPassword) => changed(await changeAccount(id, { role: "owner", currentPassword })),
  },
  makeMember: {
    title: (name) => `Take ownership from ${name}`,
    text: "They stay a member of this server and of their rooms.",
    button: "Make member",
    danger: true,
    act: async ({ id }, currentPassword) => changed(await changeAccount(id, { role: "member", currentPassword })),
  },
};

type AccountDialogProps = {
  account: Account;
  action: AccountAction | null;
  onClose: () => void;
  onChanged: (account: Account) => void;
  returnFocus: RefObject<HTMLElement | null>;
};

/** Asks before an account is changed, and for the password where that is needed. */
export function AccountDialog({ account, action, onClose, onChanged, returnFocus }: AccountDialogProps) {
  const wording = action && ACTIONS[action];
  return (
    <Dialog open={action !== null} onOpenChange={(open) => open || onClose()}>
      {wording && (
        <DialogContent title={wording.title(account.name)} description={wording.text} returnFocus={returnFocus}>
          <Confirmation wording={wording} account={account} onClose={onClose} onChanged={onChanged} />
        </DialogContent>
      )}
    </Dialog>
  );
}

type ConfirmationProps = Pick<AccountDialogProps, "account" | "onClose" | "onChanged"> & { wording: Wording };

function Confirmation({ wording, account, onClose, onChanged }: ConfirmationProps) {
  const [url, setUrl] = useState<string | null>(null);

  if (url) {
    return (
      <>
        <CopyField label="Reset link" text={url} />
        <p className="mt-2 text-muted-foreground text-sm">Send it to {account.name} on a way that you trust.</p>
        <DialogActions>
          <DialogClose asChild>
            <Button>Done</Button>
          </DialogClose>
        </DialogActions>
      </>
    );
  }
  return (
    <ConfirmedForm
      button={wording.button}
      danger={wording.danger}
      act={(currentPassword) => wording.act(account, currentPassword)}
      onDone={(outcome) => {
        if (outcome.account) onChanged(outcome.account);
        if (outcome.url) setUrl(outcome.url);
        else onClose();
      }}
    />
  );
}
