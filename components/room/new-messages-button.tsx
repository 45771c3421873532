import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";

/** The way back to the end of the log; says how many messages came meanwhile. */
export function NewMessagesButton({ count, icon, onClick }: { count: number; icon: ReactNode; onClick(): void }) {
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 z-10 flex animate-rise-in justify-center">
      <Button
        variant={count > 0 ? "primary" : "secondary"}
        size={count > 0 ? "sm" : "iconSm"}
        onClick={onClick}
        aria-label={count > 0 ? undefined : "Go to the newest message"}
        className="pointer-events-auto rounded-full shadow-float"
      >
        {icon}
        {count > 0 && (count === 1 ? "1 new message" : `${count.toLocaleString("en")} new messages`)}
      </Button>
    </div>
  );
}
