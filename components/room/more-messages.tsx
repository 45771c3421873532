import type { RoomState } from "@/client/room-state";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";

const WIDTHS = ["w-2/5", "w-3/5", "w-1/2"];

type MoreMessagesProps = { which: "Older" | "Newer"; state: RoomState["older"]; onRetry(): void };

/** Beyond the messages that are loaded: what others will look like, or why they did not come. */
export function MoreMessages({ which, state, onRetry }: MoreMessagesProps) {
  if (state === "failed") {
    return (
      <Notice tone="warning" className="mx-4 my-4 items-center sm:mx-6">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          {which} messages could not be loaded.
          <Button variant="secondary" size="sm" onClick={onRetry}>
            Try again
          </Button>
        </div>
      </Notice>
    );
  }
  return (
    <div className="grid gap-5 px-4 py-5 sm:px-6">
      <p className="sr-only">Loading {which.toLowerCase()} messages</p>
      {WIDTHS.map((width) => (
        <div key={width} className="grid grid-cols-[2.25rem_1fr] gap-x-3">
          <Skeleton className="size-9" />
          <div className="grid gap-2 py-0.5">
            <Skeleton className="h-3.5 w-28" />
            <Skeleton className={`h-3.5 ${width}`} />
          </div>
        </div>
      ))}
    </div>
  );
}
