"use client";

import type { InitialRoom } from "@/client/room-state";
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
  return (
    <>
      <RoomHeader room={room} presence={null} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        <MessageLog
          roomName={room.name}
          me={me}
          messages={messages}
          pending={NONE}
          older={older}
          beginning={<RoomBeginning room={room} empty={messages.length === 0} />}
          actions={IDLE}
          onLoadOlder={loadOlder}
        />
      </div>
      <JoinBar room={room} />
    </>
  );
}

const NONE = [] as const;
const IDLE = { retry() {}, edit() {}, discard() {} };
