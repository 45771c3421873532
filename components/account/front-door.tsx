import type { ReactNode } from "react";
import { Mark } from "@/components/ui/mark";
import { SeatRing } from "./seat-ring";

type FrontDoorProps = { title: ReactNode; intro?: ReactNode; children?: ReactNode; footer?: ReactNode };

/** The frame of every page that is seen before one is inside. */
export function FrontDoor({ title, intro, children, footer }: FrontDoorProps) {
  return (
    <div className="relative isolate flex min-h-dvh flex-col items-center overflow-hidden bg-sidebar px-4 pt-[max(2.5rem,9dvh)] pb-10">
      <SeatRing className="-end-40 -bottom-44 -z-10 absolute size-[26rem] md:-end-56 md:-bottom-64 md:size-[44rem] text-foreground/[0.045]" />
      <header className="mb-7 flex items-center gap-3 font-bold text-xl tracking-tight">
        <Mark className="size-9" />
        Adda
      </header>
      <main className="w-full max-w-104 rounded-xl border bg-card p-6 shadow-card md:p-8">
        <h1 className="wrap-anywhere text-xl">{title}</h1>
        {intro && <div className="mt-1.5 text-muted-foreground">{intro}</div>}
        {children && <div className="mt-6">{children}</div>}
      </main>
      {footer && (
        <footer className="mt-6 text-center text-muted-foreground [&_a]:font-semibold [&_a]:text-primary [&_a]:underline [&_a]:decoration-primary/40 [&_a]:underline-offset-3 [&_a]:hover:decoration-primary">
          {footer}
        </footer>
      )}
    </div>
  );
}
