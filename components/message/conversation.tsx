"use client";

import { createContext, type ReactNode, useContext, useRef } from "react";

type Conversation = {
  /** The address of the message with this number. */
  address(seq: number): string;
  /** Shows it in the conversation of this page. */
  go(seq: number): void;
  /** The numbers of messages that were deleted while the page was open. */
  deleted: ReadonlySet<number>;
};

/** The conversation that the page shows, for what shows parts of it elsewhere. */
export const ConversationContext = createContext<Conversation | null>(null);

const NONE: ReadonlySet<number> = new Set();

/** The numbers of the messages that are known to be deleted. */
export function useDeleted(): ReadonlySet<number> {
  return useContext(ConversationContext)?.deleted ?? NONE;
}

type MessageLinkProps = { seq: number; label: string; className?: string; children: ReactNode };

/** Leads to a message in its conversation. It is an address like any other: to be copied, or opened in another tab. */
export function MessageLink({ seq, label, className, children }: MessageLinkProps) {
  const conversation = useContext(ConversationContext);
  if (!conversation) return null;
  return (
    <a
      href={conversation.address(seq)}
      aria-label={label}
      title="Show in conversation"
      className={className}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        conversation.go(seq);
      }}
    >
      {children}
    </a>
  );
}

/**
 * For what lies over the conversation: it closes first, and only then goes to the message, so that the focus stays
 * there. Call `goOr` when it is gone, with where the focus goes when nobody wanted to a message.
 */
export function useGoWhenClosed(close: () => void) {
  const conversation = useContext(ConversationContext);
  const goal = useRef<number | null>(null);
  const above = conversation && {
    ...conversation,
    go(seq: number) {
      goal.current = seq;
      close();
    },
  };
  const goOr = (focus: () => void) => {
    const seq = goal.current;
    goal.current = null;
    if (seq === null) focus();
    else conversation?.go(seq);
  };
  return { above, goOr };
}
