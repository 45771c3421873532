import { Portrait } from "@/components/portrait/portrait";
import { cn } from "./cn";

const HUES = 9;
const SIZES = {
  sm: "size-6 text-[0.625rem] rounded-[0.45rem]",
  md: "size-9 text-[0.8125rem] rounded-[0.65rem]",
  lg: "size-14 text-lg rounded-[0.95rem]",
};

type AvatarProps = { id: string; name: string; size?: keyof typeof SIZES; className?: string };

/** A person's picture, or their initials on their colour. It only repeats the name beside it, so it is silent. */
export function Avatar({ id, name, size = "md", className }: AvatarProps) {
  return (
    <span
      aria-hidden
      data-hue={hueOf(id)}
      className={cn(
        "relative inline-grid shrink-0 select-none place-items-center font-bold leading-none tracking-tight",
        SIZES[size],
        className,
      )}
    >
      {initialsOf(name)}
      <Portrait id={id} />
    </span>
  );
}

/** A number from 0 to 8 that is always the same for the same id. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return hash % HUES;
}

/** "Ada Lovelace" gives "AL", "grace" gives "G", "👩‍🚀 Mae" gives "👩‍🚀". */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = firstGrapheme(words[0] ?? "?");
  const last = words.length > 1 ? firstGrapheme(words.at(-1) ?? "") : "";
  return isCased(first) && isCased(last) ? `${first}${last}`.toUpperCase() : first.toUpperCase();
}

/** Two initials are a habit of alphabets with capitals; elsewhere the first sign stands alone. */
function isCased(char: string): boolean {
  return char.toLowerCase() !== char.toUpperCase();
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstGrapheme(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment;
  return "";
}
