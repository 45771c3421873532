import { memo } from "react";
import { cn } from "@/components/ui/cn";
import { isJumboEmoji } from "./emoji";
import { splitLinks } from "./links";

/** A message's text as it was written, as text: nothing in it becomes markup, only web addresses become links. */
export const MessageText = memo(function MessageText({ text, edited }: { text: string; edited?: boolean }) {
  return (
    <p
      dir="auto"
      className={cn(
        "whitespace-pre-wrap leading-[1.4375rem] [overflow-wrap:anywhere] [unicode-bidi:plaintext]",
        isJumboEmoji(text) && "py-0.5 text-[2rem] leading-10",
      )}
    >
      {splitLinks(text).map((part, index) =>
        part.href ? (
          <a
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name.
            key={index}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="rounded-xs text-primary underline decoration-primary/40 underline-offset-2 [unicode-bidi:isolate] hover:decoration-primary"
          >
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
      {edited && <span className="ms-1.5 text-muted-foreground text-xs [unicode-bidi:isolate]">(edited)</span>}
    </p>
  );
});
