"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import type { LinkPreview } from "@/protocol/links";

/** Takes the previews off a message of one's own; null where one may not. */
export type RemoveLinks = (() => Promise<boolean>) | null;

/** What the page that a message links to says of itself. */
export function LinkCard({ link, onRemove }: { link: LinkPreview; onRemove: RemoveLinks }) {
  const { url, title, description, site, picture } = link;
  const [removing, setRemoving] = useState(false);

  const remove = async () => {
    setRemoving(true);
    if (await onRemove?.()) return;
    setRemoving(false);
    toast.danger("The preview could not be taken off. Try again.");
  };

  return (
    <div className="group/link relative my-1 w-full max-w-[26rem] overflow-hidden rounded-lg border bg-card">
      <a
        href={url}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="flex gap-3 rounded-lg p-3 hover:bg-accent focus-visible:-outline-offset-2"
      >
        <span className="grid min-w-0 flex-1 content-start gap-0.5">
          <bdi className="truncate text-muted-foreground text-xs">{site}</bdi>
          <bdi className="line-clamp-2 font-semibold leading-5 [overflow-wrap:anywhere]">{title}</bdi>
          {description && (
            <bdi className="line-clamp-2 text-muted-foreground text-sm leading-5 [overflow-wrap:anywhere]">
              {description}
            </bdi>
          )}
        </span>
        {picture && (
          <img
            alt=""
            src={picture.small}
            width={80}
            height={80}
            loading="lazy"
            decoding="async"
            className="size-20 shrink-0 rounded-md bg-muted object-cover"
            style={{ background: `center / cover url(${picture.placeholder})` }}
          />
        )}
      </a>
      {onRemove && (
        <Button
          variant="secondary"
          size="iconSm"
          busy={removing}
          aria-label="Take off the preview"
          onClick={() => void remove()}
          className="absolute end-1.5 top-1.5 opacity-0 focus-visible:opacity-100 group-hover/link:opacity-100 pointer-coarse:opacity-100"
        >
          <X />
        </Button>
      )}
    </div>
  );
}
