"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";
import { Lightbox } from "./lightbox";
import type { ShownPicture } from "./shown-picture";

/** @returns false when it is none of those that can be shown. */
type Open = (fileId: string, opener: HTMLElement) => boolean;

const OpenContext = createContext<Open | null>(null);

type LightboxProviderProps = {
  /** Oldest first: what one leafs through. */
  pictures: readonly ShownPicture[];
  /** Called when the first one is looked at: there may be older ones. */
  onBeginning?(): void;
  children: ReactNode;
};

/** Shows the pictures below it large, one after the other. */
export function LightboxProvider({ pictures, onBeginning, children }: LightboxProviderProps) {
  const [openId, setOpenId] = useState<string | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const latest = useRef(pictures);
  useEffect(() => {
    latest.current = pictures;
  });

  const open = useCallback<Open>((fileId, element) => {
    if (!latest.current.some(({ file }) => file.id === fileId)) return false;
    opener.current = element;
    setOpenId(fileId);
    return true;
  }, []);

  const index = openId === null ? -1 : pictures.findIndex(({ file }) => file.id === openId);
  // Deleted while it was looked at.
  useEffect(() => {
    if (openId !== null && index === -1) setOpenId(null);
  }, [openId, index]);
  useEffect(() => {
    if (index === 0) onBeginning?.();
  }, [index, onBeginning]);

  return (
    <OpenContext value={open}>
      {children}
      {index !== -1 && (
        <Lightbox
          pictures={pictures}
          index={index}
          onMove={(to) => setOpenId(pictures[to]?.file.id ?? openId)}
          onClose={() => setOpenId(null)}
          returnFocus={() => (opener.current?.isConnected ? opener.current : null)}
        />
      )}
    </OpenContext>
  );
}

export function useLightbox(): Open | null {
  return useContext(OpenContext);
}
