"use client";

import { Images, MessageSquareText, Play } from "lucide-react";
import { useCallback, useMemo } from "react";
import { listRoomFiles } from "@/client/room-files-api";
import { LightboxProvider, useLightbox } from "@/components/file/lightbox-provider";
import { Picture } from "@/components/file/picture";
import { MessageLink } from "@/components/message/conversation";
import type { RoomFile } from "@/protocol/files";
import { Listing, type ListProps } from "./listing";
import { usePages } from "./use-pages";

/** A room's pictures and videos, the newest first. */
export function PictureGrid({ roomId, q }: ListProps) {
  const load = useCallback((before?: string) => listRoomFiles(roomId, "pictures", { q, before }), [roomId, q]);
  const pages = usePages(load);
  const media = useMemo(
    () => pages.items.map((file) => ({ file, seq: file.seq, sender: file.sender, sentAt: file.sentAt })),
    [pages.items],
  );
  const loadMore = () => {
    if (pages.state === "more") pages.loadMore();
  };
  return (
    <Listing pages={pages} q={q} Icon={Images} what="pictures">
      <LightboxProvider media={media} onEnd={loadMore}>
        <ul aria-label="Pictures" className="grid grid-cols-3 gap-1">
          {pages.items.map((file) => (
            <li key={file.id} className="group/tile relative">
              {file.kind === "image" ? (
                <Picture file={file} isCover sizes="128px" className="aspect-square rounded-md" />
              ) : (
                <VideoTile file={file} />
              )}
              <MessageLink
                seq={file.seq}
                label={`Show ${file.name} in the conversation`}
                className="absolute end-0 top-0 grid size-9 place-items-center rounded-md text-white opacity-0 focus-visible:-outline-offset-2 focus-visible:opacity-100 group-hover/tile:opacity-100 touch:size-10 touch:opacity-100"
              >
                <span className="grid size-7 place-items-center rounded-full bg-black/65">
                  <MessageSquareText aria-hidden className="size-4" />
                </span>
              </MessageLink>
            </li>
          ))}
        </ul>
      </LightboxProvider>
    </Listing>
  );
}

function VideoTile({ file }: { file: RoomFile }) {
  const open = useLightbox();
  return (
    <a
      href={file.url}
      target="_blank"
      rel="noopener"
      aria-label={`Video ${file.name}`}
      aria-haspopup="dialog"
      data-media={file.id}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        if (open?.(file.id, event.currentTarget, 0)) event.preventDefault();
      }}
      className="relative grid aspect-square place-items-center overflow-hidden rounded-md bg-black text-white focus-visible:-outline-offset-2"
    >
      {file.small && (
        <img alt="" src={file.small} loading="lazy" className="absolute inset-0 size-full object-cover opacity-80" />
      )}
      <Play aria-hidden className="relative size-7 fill-current drop-shadow" />
    </a>
  );
}
