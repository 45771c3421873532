"use client";

import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { SignOutDialog } from "./sign-out-dialog";

export function SignOutEverywhere({ viewerId }: { viewerId: string }) {
  const [asking, setAsking] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button ref={trigger} variant="secondary" onClick={() => setAsking(true)}>
        Sign out everywhere
      </Button>
      <SignOutDialog
        viewerId={viewerId}
        scope={asking ? "everywhere" : null}
        onClose={() => setAsking(false)}
        returnFocus={trigger}
      />
    </>
  );
}
