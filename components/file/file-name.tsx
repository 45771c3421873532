import { cn } from "@/components/ui/cn";
import { splitName } from "./split-name";

/** A file's name on one line: a long one loses its middle, for the ending tells what it is. It reads in its own direction. */
export function FileName({ name, className }: { name: string; className?: string }) {
  const { head, tail } = splitName(name);
  return (
    <bdi title={name} className={cn("flex min-w-0 max-w-full", className)}>
      <span className="sr-only">{name}</span>
      <span aria-hidden className="truncate whitespace-pre">
        {head}
      </span>
      <span aria-hidden className="shrink-0 whitespace-pre">
        {tail}
      </span>
    </bdi>
  );
}
