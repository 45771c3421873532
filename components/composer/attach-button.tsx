"use client";

import { Paperclip } from "lucide-react";
import { useRef } from "react";
import type { GivenFile } from "@/client/files/upload";
import { Button } from "@/components/ui/button";
import { fromInput } from "./given-files";

/** Chooses files of this device. */
export function AttachButton({ disabled, onFiles }: { disabled?: boolean; onFiles(files: GivenFile[]): void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        variant="ghost"
        size="icon"
        aria-label="Attach files"
        aria-disabled={disabled}
        onClick={() => !disabled && input.current?.click()}
        className="text-muted-foreground touch:size-10"
      >
        <Paperclip />
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-hidden
        tabIndex={-1}
        data-attach
        onChange={({ target }) => {
          onFiles(fromInput(target.files));
          // The same file may be chosen again after it was removed.
          target.value = "";
        }}
      />
    </>
  );
}
