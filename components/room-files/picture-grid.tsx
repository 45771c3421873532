"use client";

import { Images, Play } from "lucide-react";
import { useCallback, useMemo } from "react";
import { listRoomFiles } from "@/client/room-files-api";
import { LightboxProvider } from "@/components/file/lightbox-provider";
import { Picture } from "@/components/file/picture";
import type { RoomFile } from "@/protocol/files";
import { Listing, type ListProps } from "./listing";
import { usePages } from "./use-pages";

/** A room's pictures and videos, the newest first. */
export function PictureGrid({ roomId, q }: ListProps) {
  const load = useCallback((before?: string) => listRoomFiles(roomId, "pictures", { q, before }), [roomId, q]);
  const pages = usePages(load);
  const pictures = useMemo(
    () =>
      pages.items
        .filter(({ kind }) => kind === "image")
        .map((file) => ({ file, sender: file.sender, sentAt: file.sentAt })),
    [pages.items],
  );
  return (
    <Listing pages={pages} q={q} Icon={Images} what="pictures">
      <LightboxProvider pictures={pictures}>
        <ul aria-label="Pictures" className="grid grid-cols-3 gap-1">
          {pages.items.map((file) => (
            <li key={file.id}>
              {file.kind === "image" ? (
                <Picture file={file} isCover sizes="128px" className="aspect-square rounded-md" />
              ) : (
                <VideoTile file={file} />
              )}
            </li>
          ))}
        </ul>
      </LightboxProvider>
    </Listing>
  );
}

function VideoTile({ file }: { file: RoomFile }) {
  return (
    <a
      href={file.url}
      target="_blank"
      rel="noopener"
      aria-label={`Video ${file.name}`}
      className="relative grid aspect-square place-items-center overflow-hidden rounded-md bg-black text-white"
    >
      {file.small && (
        <img alt="" src={file.small} loading="lazy" className="absolute inset-0 size-full object-cover opacity-80" />
      )}
      <Play aria-hidden className="relative size-7 fill-current drop-shadow" />
    </a>
  );
}
