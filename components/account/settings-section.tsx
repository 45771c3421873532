import { type ReactNode, useId } from "react";

/** One subject: its name and meaning at the start, its controls beside or below. */
export function SettingsSection({ title, hint, children }: { title: string; hint?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="grid grid-cols-1 gap-4 border-b py-8 last:border-b-0 md:grid-cols-[13rem_minmax(0,1fr)] md:gap-10"
    >
      <div>
        <h2 id={id} className="font-semibold text-base tracking-normal">
          {title}
        </h2>
        {hint && <p className="mt-1 text-muted-foreground text-sm">{hint}</p>}
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
