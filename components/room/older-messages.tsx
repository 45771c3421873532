import type { RoomState } from "@/client/room-state";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";

const WIDTHS = ["w-2/5", "w-3/5", "w-1/2"];

/** Above the first message that is loaded: what older ones will look like, or why they did not come. */
export function OlderMessages({ older, onRetry }: { older: RoomState["older"]; onRetry(): void }) {
  if (older === "failed") {
    return (
      <Notice tone="warning" className="mx-4 my-4 items-center sm:mx-6">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          Older messages could not be loaded.
          <Button variant="secondary" size="sm" onClick={onRetry}>
            Try again
          </Button>
        </div>
      </Notice>
    );
  }
  return (
    <div className="grid gap-5 px-4 py-5 sm:px-6">
      <p className="sr-only">Loading older messages</p>
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
