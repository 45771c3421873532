"use client";

import { KeyRound } from "lucide-react";
import { useRef, useState } from "react";
import { revokeTokenAction } from "@/app/settings/actions";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { LocalTime } from "@/components/ui/local-time";
import { CreateTokenForm } from "./create-token-form";

export type Token = {
  id: string;
  name: string;
  createdAt: string;
  expiresAt: string | null;
  hasExpired: boolean;
  lastUsedAt: string | null;
};

type TokenListProps = {
  tokens: readonly Token[];
  /** Whether the password has to be given again before a token is created. */
  mustConfirm: boolean;
};

export function TokenList({ tokens, mustConfirm }: TokenListProps) {
  return (
    <div className="flex flex-col gap-6">
      <CreateTokenForm mustConfirm={mustConfirm} />
      {tokens.length > 0 ? (
        <ul aria-label="API tokens" className="divide-y rounded-lg border">
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      ) : (
        <p className="text-muted-foreground text-sm">You have no tokens yet.</p>
      )}
    </div>
  );
}

function TokenRow({ token }: { token: Token }) {
  const [revoking, setRevoking] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <KeyRound aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      <div className="min-w-0 flex-1">
        <p dir="auto" className="truncate font-semibold">
          {token.name}
        </p>
        <p className="text-muted-foreground text-sm">
          Created <LocalTime at={token.createdAt} format="date" />
          {" · "}
          {token.lastUsedAt ? (
            <>
              last used <LocalTime at={token.lastUsedAt} format="date" />
            </>
          ) : (
            "never used"
          )}
          {token.expiresAt && (
            <>
              {" · "}
              <span className={token.hasExpired ? "text-destructive" : undefined}>
                {token.hasExpired ? "expired " : "expires "}
                <LocalTime at={token.expiresAt} format="date" />
              </span>
            </>
          )}
        </p>
      </div>
      <Button ref={trigger} variant="quietDanger" size="sm" onClick={() => setRevoking(true)}>
        <span>
          Revoke<span className="sr-only"> {token.name}</span>
        </span>
      </Button>
      <ConfirmDialog
        open={revoking}
        onOpenChange={setRevoking}
        returnFocus={trigger}
        title={`Revoke ${token.name}?`}
        deed="Revoke"
        danger
        action={() => revokeTokenAction(token.id)}
      >
        What uses it is cut off at once. This cannot be taken back.
      </ConfirmDialog>
    </li>
  );
}
