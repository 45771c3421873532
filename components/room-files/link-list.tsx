"use client";

import { Link2 } from "lucide-react";
import { useCallback } from "react";
import { listRoomLinks } from "@/client/room-files-api";
import { Listing, type ListProps } from "./listing";
import { Row } from "./row";
import { SentBy } from "./sent-by";
import { usePages } from "./use-pages";

/** Every link that was sent to a room. */
export function LinkList({ roomId, q }: ListProps) {
  const load = useCallback((before?: string) => listRoomLinks(roomId, { q, before }), [roomId, q]);
  const pages = usePages(load);
  return (
    <Listing pages={pages} q={q} Icon={Link2} what="links">
      <ul aria-label="Links" className="-mx-2 grid grid-cols-1 gap-1">
        {pages.items.map(({ id, url, title, ...sent }) => (
          <Row key={id} seq={sent.seq} name={title || url}>
            <a
              href={url}
              target="_blank"
              rel="noopener noreferrer nofollow"
              className="grid gap-0.5 rounded-md p-2 hover:bg-accent focus-visible:-outline-offset-2"
            >
              {title && <bdi className="line-clamp-2 font-semibold [overflow-wrap:anywhere]">{title}</bdi>}
              <bdi className="line-clamp-2 text-primary text-sm [overflow-wrap:anywhere]">{url}</bdi>
              <SentBy sender={sent.sender} sentAt={sent.sentAt} />
            </a>
          </Row>
        ))}
      </ul>
    </Listing>
  );
}
