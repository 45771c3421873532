import { LocalTime } from "@/components/ui/local-time";

/** Who sent something, and on which day. */
export function SentBy({ sender, sentAt }: { sender: string; sentAt: string }) {
  return (
    <span className="flex min-w-0 gap-1.5 text-muted-foreground text-xs">
      <bdi className="truncate">{sender}</bdi>
      <span className="shrink-0">
        <LocalTime at={sentAt} format="date" />
      </span>
    </span>
  );
}
