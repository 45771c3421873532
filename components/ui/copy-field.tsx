"use client";

import { CopyButton } from "./copy-button";
import { Input } from "./input";

/** Something to take along: shown whole, selected on focus, copied by a button. */
export function CopyField({ label, text }: { label: string; text: string }) {
  return (
    <div className="flex gap-2">
      <Input
        readOnly
        aria-label={label}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        className="min-w-0 flex-1 font-mono text-sm"
      />
      <CopyButton text={text} />
    </div>
  );
}
