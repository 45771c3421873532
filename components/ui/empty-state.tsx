import type { ReactNode } from "react";
import { cn } from "./cn";

type EmptyStateProps = {
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
};

/** What a list or a page says when it has nothing to show: what belongs here, and how it gets here. */
export function EmptyState({ icon, title, children, actions, className }: EmptyStateProps) {
  return (
    <div className={cn("grid justify-items-center gap-2 px-6 py-10 text-center", className)}>
      {icon && <div className="mb-2 text-muted-foreground [&_svg]:size-7">{icon}</div>}
      <div className="font-semibold text-lg">{title}</div>
      {children && <div className="max-w-sm text-balance text-muted-foreground">{children}</div>}
      {actions && <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
