import { Skeleton } from "@/components/ui/skeleton";

const LINES = ["w-3/5", "w-2/5", "w-1/2", "w-3/4", "w-1/3", "w-2/3"];

/** A room's shape, seen only when the room takes longer than a blink. */
export default function RoomLoading() {
  return (
    <div role="status" aria-label="Loading the room" className="flex min-h-0 flex-1 animate-late-in flex-col">
      <div className="box-content flex h-14 shrink-0 items-center border-b px-4 pt-[env(safe-area-inset-top)] max-md:ps-16">
        <Skeleton className="h-5 w-40" />
      </div>
      <div className="mx-auto flex w-full max-w-4xl min-h-0 flex-1 flex-col justify-end gap-6 overflow-hidden px-4 pb-4">
        {LINES.map((width) => (
          <div key={width} className="flex gap-3">
            <Skeleton className="size-9 shrink-0 rounded-lg" />
            <div className="flex flex-1 flex-col gap-2 pt-0.5">
              <Skeleton className="h-3.5 w-28" />
              <Skeleton className={`h-4 ${width}`} />
            </div>
          </div>
        ))}
      </div>
      <div className="mx-auto w-full max-w-4xl px-4 pb-4">
        <Skeleton className="h-12 rounded-lg" />
      </div>
    </div>
  );
}
