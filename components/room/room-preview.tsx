"use client";

import { useMemo } from "react";
import type { InitialRoom } from "@/client/room-state";
import { LightboxProvider } from "@/components/file/lightbox-provider";
import { picturesOf } from "@/components/file/shown-picture";
import type { MessageActions } from "@/components/message/message-row";
import type { RoomSummary } from "@/components/sidebar/room-summary";
import { useSidebar } from "@/components/sidebar/sidebar-provider";
import { JoinBar } from "./join-bar";
import { MessageLog } from "./message-log";
import { RoomBeginning } from "./room-beginning";
import { RoomHeader } from "./room-header";
import { useHistory } from "./use-history";

/** An open room seen from outside: its history, and the way in where the composer would be. */
export function RoomPreview({ room, page }: { room: RoomSummary; page: InitialRoom }) {
  const { viewer: me } = useSidebar();
  const { messages, older, loadOlder } = useHistory(room.id, page);
  const pictures = useMemo(() => picturesOf(messages), [messages]);
  return (
    <>
      <RoomHeader room={room} presence={null} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        <LightboxProvider pictures={pictures}>
          <MessageLog
            roomName={room.name}
            me={me}
            messages={messages}
            pending={NONE}
            older={older}
            beginning={<RoomBeginning room={room} empty={messages.length === 0} />}
            deletes="nobody"
            actions={IDLE}
            onLoadOlder={loadOlder}
          />
        </LightboxProvider>
      </div>
      <JoinBar room={room} />
    </>
  );
}

const NONE = [] as const;
const IDLE: MessageActions = {
  retry() {},
  edit() {},
  discard() {},
  removeLinks: async () => false,
  delete: async () => ({ ok: false, error: { code: "forbidden", message: "Join the room first." } }),
};
