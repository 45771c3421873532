"use client";

import { Check } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { inputClasses } from "@/components/ui/input";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { ALT_MAX_LENGTH } from "@/protocol/limits";

/** Says in words what a picture shows, for who cannot see it. */
export function AltButton({ name, alt, onChange }: { name: string; alt: string; onChange(alt: string): void }) {
  const [open, setOpen] = useState(false);
  const id = useId();

  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // A form in a portal is still within the composer's for React.
    event.stopPropagation();
    onChange(String(new FormData(event.currentTarget).get("alt")).trim());
    setOpen(false);
  };

  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button
          variant="ghost"
          size="iconSm"
          aria-label={alt ? `Change the description of ${name}` : `Describe ${name}`}
          className={cn("w-auto px-1.5 text-xs tracking-wide", alt ? "text-primary" : "text-muted-foreground")}
        >
          {alt && <Check aria-hidden />}
          ALT
        </Button>
      </PopoverTrigger>
      <PopoverContent align="start" aria-label={`Description of ${name}`} className="w-80 p-3">
        <form onSubmit={save} className="grid gap-2">
          <label htmlFor={id} className="font-semibold text-sm">
            What does the picture show?
          </label>
          <textarea
            id={id}
            name="alt"
            dir="auto"
            rows={3}
            maxLength={ALT_MAX_LENGTH}
            defaultValue={alt}
            aria-describedby={`${id}-hint`}
            className={cn(inputClasses, "resize-none py-2")}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
          />
          <p id={`${id}-hint`} className="text-muted-foreground text-xs">
            Read aloud to who cannot see it.
          </p>
          <Button type="submit" size="sm" className="justify-self-end">
            Save
          </Button>
        </form>
      </PopoverContent>
    </Popover>
  );
}
