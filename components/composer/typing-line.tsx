import { memo } from "react";
import type { Person } from "@/protocol/frames";
import { typingSentence } from "./typing-sentence";

/** Who is typing. Its place is always kept, so nothing moves when somebody begins. */
export const TypingLine = memo(function TypingLine({ people }: { people: readonly Person[] }) {
  return (
    <p data-typing className="h-6 min-w-0 flex-1 truncate text-muted-foreground text-xs leading-6">
      {typingSentence(people).map(({ text, isName }) =>
        isName ? (
          <bdi key={text} className="font-semibold">
            {text}
          </bdi>
        ) : (
          text
        ),
      )}
    </p>
  );
});
