"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";
import { useDeleted } from "@/components/message/conversation";
import { toast } from "@/components/ui/toast";
import { Lightbox } from "./lightbox";
import type { ShownMedia } from "./shown-media";

/**
 * @param startAt of a video that is to play at once: from where, in seconds.
 * @returns false when it is none of those that can be shown.
 */
type Open = (fileId: string, opener: HTMLElement, startAt?: number) => boolean;

const OpenContext = createContext<Open | null>(null);

type LightboxProviderProps = {
  /** In the order in which one leafs through them. */
  media: readonly ShownMedia[];
  /** Called when the first one is looked at: there may be others before it. */
  onBeginning?(): void;
  /** Called when the last one is looked at: there may be others after it. */
  onEnd?(): void;
  children: ReactNode;
};

/** Shows the pictures and videos below it large, one after the other. */
export function LightboxProvider({ media, onBeginning, onEnd, children }: LightboxProviderProps) {
  const [opened, setOpened] = useState<{ id: string; startAt: number | null } | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const latest = useRef(media);
  useEffect(() => {
    latest.current = media;
  });

  const open = useCallback<Open>((fileId, element, startAt) => {
    if (!latest.current.some(({ file }) => file.id === fileId)) return false;
    opener.current = element;
    setOpened({ id: fileId, startAt: startAt ?? null });
    return true;
  }, []);

  const index = opened === null ? -1 : media.findIndex(({ file }) => file.id === opened.id);
  const deleted = useDeleted();
  const lookedAt = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (index !== -1) lookedAt.current = media[index]?.seq;
    if (opened === null || index !== -1) return;
    setOpened(null);
    if (deleted.has(lookedAt.current ?? 0)) toast.info("What you were looking at was deleted.");
  }, [opened, index, media, deleted]);
  const isLast = index !== -1 && index === media.length - 1;
  useEffect(() => {
    if (index === 0) onBeginning?.();
    if (isLast) onEnd?.();
  }, [index, isLast, onBeginning, onEnd]);

  return (
    <OpenContext value={open}>
      {children}
      {opened && index !== -1 && (
        <Lightbox
          media={media}
          index={index}
          startAt={opened.startAt}
          onMove={(to) => setOpened((now) => (media[to] ? { id: media[to].file.id, startAt: null } : now))}
          onClose={() => setOpened(null)}
          returnFocus={(fileId) => findShown(fileId, opener.current)}
        />
      )}
    </OpenContext>
  );
}

export function useLightbox(): Open | null {
  return useContext(OpenContext);
}

/** Where the one that was looked at last stands in the page, beside what opened it; else what opened it. */
function findShown(fileId: string, opener: HTMLElement | null): HTMLElement | null {
  if (!opener?.isConnected) return document.querySelector(`[data-media="${CSS.escape(fileId)}"]`);
  const around = opener.closest("[role=dialog]") ?? document;
  return around.querySelector<HTMLElement>(`[data-media="${CSS.escape(fileId)}"]`) ?? opener;
}
