"use client";

import { setNonce } from "get-nonce";
import { ThemeProvider as NextThemes } from "next-themes";
import { type ReactNode, useState } from "react";

/** Light or dark by the system or by choice, known before the first paint. */
export function ThemeProvider({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  // The document goes on under the policy that it came with. When the layout is rendered again for a
  // later page of the same document, that answer's nonce is another, and means nothing here.
  const [first] = useState(nonce);
  // Radix's scroll lock writes a style tag when a dialog opens; without the nonce the browser would refuse it.
  if (first && typeof document !== "undefined") setNonce(first);
  return (
    <NextThemes attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={first}>
      {children}
    </NextThemes>
  );
}
