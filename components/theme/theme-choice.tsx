"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useSyncExternalStore } from "react";
import { cn } from "@/components/ui/cn";

export const THEMES = [
  { value: "system", label: "System", Icon: Monitor },
  { value: "light", label: "Light", Icon: Sun },
  { value: "dark", label: "Dark", Icon: Moon },
] as const;

/** Light, dark, or as the system has it. */
export function ThemeChoice() {
  const { theme, setTheme } = useTheme();
  // The server does not know this browser's choice: nothing is marked until the browser says.
  const known = useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
  return (
    <fieldset className="inline-flex rounded-lg bg-muted p-1">
      <legend className="sr-only">Appearance</legend>
      {THEMES.map(({ value, label, Icon }) => (
        <label
          key={value}
          className={cn(
            "flex h-9 cursor-pointer items-center gap-2 rounded-md px-3 font-semibold text-muted-foreground text-sm touch:h-10",
            "has-checked:bg-card has-checked:text-foreground has-checked:shadow-card dark:has-checked:bg-border has-focus-visible:outline-2 has-focus-visible:outline-ring",
          )}
        >
          <input
            type="radio"
            name="theme"
            value={value}
            checked={known && theme === value}
            onChange={() => setTheme(value)}
            className="sr-only"
          />
          <Icon aria-hidden className="size-4" />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
