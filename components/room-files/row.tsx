import { MessageSquareText } from "lucide-react";
import type { ReactNode } from "react";
import { MessageLink } from "@/components/message/conversation";

type RowProps = { seq: number; name: string; children: ReactNode };

/** What was sent with a message, and beside it the way to that message. */
export function Row({ seq, name, children }: RowProps) {
  return (
    <li className="flex min-w-0 items-center gap-1">
      <div className="min-w-0 flex-1">{children}</div>
      <MessageLink
        seq={seq}
        label={`Show ${name} in the conversation`}
        className="grid size-8 shrink-0 place-items-center rounded-md text-muted-foreground hover:bg-accent hover:text-foreground focus-visible:-outline-offset-2 touch:size-10"
      >
        <MessageSquareText aria-hidden className="size-4" />
      </MessageLink>
    </li>
  );
}
