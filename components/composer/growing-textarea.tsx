import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";

type GrowingTextareaProps = Omit<ComponentProps<"textarea">, "value" | "onChange" | "className"> & {
  text: string;
  isHidden?: boolean;
  onText(text: string): void;
};

/** A text as high as what is written in it, up to a part of the screen. */
export function GrowingTextarea({ text, isHidden, onText, ...props }: GrowingTextareaProps) {
  return (
    <div
      className={cn(
        "grid max-h-[40dvh] min-w-0 flex-1 overflow-hidden *:col-start-1 *:row-start-1 *:px-1.5 *:py-1.5 *:leading-6",
        isHidden && "hidden",
      )}
    >
      {/* The same text, unseen: the textarea takes its height. */}
      <div aria-hidden className="invisible whitespace-pre-wrap [overflow-wrap:anywhere] max-sm:text-base">
        {text}
        {"\u200b"}
      </div>
      <textarea
        rows={1}
        dir="auto"
        value={text}
        enterKeyHint="enter"
        autoComplete="off"
        onChange={(event) => onText(event.target.value)}
        className="h-full max-h-[40dvh] resize-none overflow-y-auto bg-transparent outline-none [overflow-wrap:anywhere] placeholder:truncate placeholder:text-muted-foreground"
        {...props}
      />
    </div>
  );
}
