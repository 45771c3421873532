"use client";

import { X } from "lucide-react";
import { useRef } from "react";
import { Notice } from "@/components/ui/notice";
import { AttachmentCard } from "./attachment-card";
import type { Attachments } from "./use-attachments";

/** What goes with the next message, and what could not be taken. */
export function AttachmentList({ attachments, onEmpty }: { attachments: Attachments; onEmpty(): void }) {
  const { uploads, refusals } = attachments;
  const list = useRef<HTMLUListElement>(null);

  const remove = (key: string, index: number) => {
    attachments.remove(key);
    // The button that had the focus is gone: its neighbour's takes it, or the text.
    const buttons = list.current?.querySelectorAll<HTMLElement>("[data-remove]") ?? [];
    const neighbour = buttons[index + 1] ?? buttons[index - 1];
    if (neighbour) neighbour.focus();
    else onEmpty();
  };

  return (
    <>
      <div className="empty:hidden">
        {refusals.length > 0 && (
          <Notice tone="danger" className="mb-2 [&>div]:flex-1">
            <div className="flex items-start gap-2">
              <ul className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                {refusals.map((refusal) => (
                  <li key={refusal} dir="auto">
                    {refusal}
                  </li>
                ))}
              </ul>
              <button
                type="button"
                aria-label="Dismiss"
                onClick={() => attachments.refuse(null)}
                className="-my-1 grid size-7 shrink-0 place-items-center rounded-sm hover:bg-destructive/10 touch:size-10"
              >
                <X aria-hidden className="size-4" />
              </button>
            </div>
          </Notice>
        )}
      </div>
      {uploads.length > 0 && (
        <ul
          ref={list}
          aria-label="Attached files"
          className="mb-1 grid items-start max-h-[min(16rem,32dvh)] grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-2 overflow-y-auto p-1.5"
        >
          {uploads.map((upload, index) => (
            <AttachmentCard
              key={upload.key}
              upload={upload}
              onRetry={() => attachments.retry(upload.key)}
              onRemove={() => remove(upload.key, index)}
              onDescribe={(alt) => attachments.describe(upload.key, alt)}
            />
          ))}
        </ul>
      )}
    </>
  );
}
