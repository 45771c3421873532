"use client";

import { Mic } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { canRecord } from "./recording";

/** Begins a voice note; not there where the browser cannot record. */
export function RecordButton({ onClick }: { onClick(): void }) {
  const isOffered = useSyncExternalStore(never, canRecord, () => false);
  if (!isOffered) return null;
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label="Record a voice note"
      onClick={onClick}
      className="text-muted-foreground touch:size-10"
    >
      <Mic />
    </Button>
  );
}

function never(): () => void {
  return () => {};
}
