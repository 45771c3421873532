import type { ComponentProps, ReactNode } from "react";

type CheckboxProps = Omit<ComponentProps<"input">, "type" | "className"> & { children: ReactNode };

/** A choice of yes or no, and its label, which is a target too. */
export function Checkbox({ children, ...props }: CheckboxProps) {
  return (
    <label className="flex cursor-pointer items-start gap-2.5 py-0.5 touch:py-2">
      <input {...props} type="checkbox" className="mt-[0.25em] size-4 shrink-0 accent-primary" />
      <span className="min-w-0">{children}</span>
    </label>
  );
}
