import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";

/** What every list of the panel is given. */
export type ListProps = { roomId: string; q: string };

type ListingProps = {
  pages: { items: readonly unknown[]; state: "loading" | "failed" | "more" | "all"; loadMore(): void };
  q: string;
  Icon: LucideIcon;
  /** What there is none of, as "pictures". */
  what: string;
  children: ReactNode;
};

/** The faces that every list of the panel has: loading, empty, failed, and the way to more. */
export function Listing({ pages: { items, state, loadMore }, q, Icon, what, children }: ListingProps) {
  const isEmpty = items.length === 0;
  return (
    <div className="grid gap-4">
      {!isEmpty && children}
      {isEmpty && state === "all" && (
        <EmptyState icon={<Icon />} title={q === "" ? `No ${what} yet` : "Nothing found"}>
          {q === "" ? `All ${what} that are sent to this room are collected here.` : `No ${what} match “${q}”.`}
        </EmptyState>
      )}
      {state === "loading" && (
        <div role="status" aria-label={`Loading ${what}`} className="grid gap-3">
          {["w-4/5", "w-3/5", "w-2/3"].map((width) => (
            <Skeleton key={width} className={`h-10 ${width}`} />
          ))}
        </div>
      )}
      {state === "failed" && (
        <Notice tone="danger">
          They could not be loaded.{" "}
          <Button variant="link" onClick={loadMore}>
            Try again
          </Button>
        </Notice>
      )}
      {state === "more" && (
        <Button variant="secondary" onClick={loadMore} className="justify-self-center">
          Load more
        </Button>
      )}
    </div>
  );
}
