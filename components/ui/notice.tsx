import { CircleAlert, CircleCheck, Info } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

const FACES = {
  info: { Icon: Info, classes: "bg-muted text-foreground" },
  success: { Icon: CircleCheck, classes: "bg-primary-soft text-primary-soft-foreground" },
  warning: { Icon: CircleAlert, classes: "bg-warning-soft text-warning-soft-foreground" },
  danger: { Icon: CircleAlert, classes: "bg-destructive-soft text-destructive" },
};

type NoticeProps = { tone?: keyof typeof FACES; className?: string; children: ReactNode };

/** A sentence that the page says about itself. A `danger` is spoken at once. */
export function Notice({ tone = "info", className, children }: NoticeProps) {
  const { Icon, classes } = FACES[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={cn("flex items-start gap-2.5 rounded-md px-3 py-2.5 text-sm", classes, className)}
    >
      <Icon aria-hidden className="mt-[0.2em] size-[1.1em] shrink-0" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
