import type { ReactNode } from "react";

/** The page's first stop for the keyboard, seen only when it has the focus. */
export function SkipLink({ target, children }: { target: string; children: ReactNode }) {
  return (
    <a
      href={`#${target}`}
      className="fixed start-3 top-3 z-60 -translate-y-20 rounded-md bg-primary px-4 py-2.5 font-semibold text-primary-foreground focus:translate-y-0 focus:shadow-float"
    >
      {children}
    </a>
  );
}
