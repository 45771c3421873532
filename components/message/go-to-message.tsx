"use client";

import { createContext, type ReactNode, useContext, useRef } from "react";

type GoToMessage = {
  /** The address of the message with this number. */
  address(seq: number): string;
  /** Shows it in the conversation of this page. */
  go(seq: number): void;
};

export const GoToMessageContext = createContext<GoToMessage | null>(null);

type MessageLinkProps = { seq: number; label: string; className?: string; children: ReactNode };

/** Leads to a message in its conversation. It is an address like any other: to be copied, or opened in another tab. */
export function MessageLink({ seq, label, className, children }: MessageLinkProps) {
  const messages = useContext(GoToMessageContext);
  if (!messages) return null;
  return (
    <a
      href={messages.address(seq)}
      aria-label={label}
      title="Show in conversation"
      className={className}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        messages.go(seq);
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
  const conversation = useContext(GoToMessageContext);
  const goal = useRef<number | null>(null);
  const messages = conversation && {
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
  return { messages, goOr };
}
