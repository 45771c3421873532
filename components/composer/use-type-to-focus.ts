"use client";

import { type RefObject, useEffect } from "react";

/** Who begins to type while nothing that takes text has the focus means the composer. */
export function useTypeToFocus(textarea: RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, isComposing, defaultPrevented } = event;
      if (ctrlKey || metaKey || altKey || isComposing || defaultPrevented) return;
      const types = [...key].length === 1 && key !== " ";
      if (types && isIdle(document.activeElement)) textarea.current?.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [textarea]);
}

function isIdle(focused: Element | null): boolean {
  return focused === null || focused === document.body || focused.matches("main, [role=log], [role=log] article");
}
