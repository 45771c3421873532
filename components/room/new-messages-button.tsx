import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";

type NewMessagesButtonProps = {
  /** How many messages came meanwhile. */
  count: number;
  /** True while a part of the conversation is shown that lies further back. */
  isApart: boolean;
  icon: ReactNode;
  onClick(): void;
};

/** The way back to the end of the log. */
export function NewMessagesButton({ count, isApart, icon, onClick }: NewMessagesButtonProps) {
  const words = isApart ? "Back to the newest" : countInWords(count);
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 z-10 flex animate-rise-in justify-center">
      <Button
        variant={words ? "primary" : "secondary"}
        size={words ? "sm" : "iconSm"}
        onClick={onClick}
        aria-label={words ? undefined : "Go to the newest message"}
        className="pointer-events-auto rounded-full shadow-float"
      >
        {icon}
        {words}
      </Button>
    </div>
  );
}

function countInWords(count: number): string | null {
  if (count === 0) return null;
  return count === 1 ? "1 new message" : `${count.toLocaleString("en")} new messages`;
}
