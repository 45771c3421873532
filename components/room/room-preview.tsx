"use client";

import { useMemo, useRef } from "react";
import { type InitialRoom, shownMessages } from "@/client/room-state";
import { LightboxProvider } from "@/components/file/lightbox-provider";
import { mediaOf } from "@/components/file/shown-media";
import { ConversationContext } from "@/components/message/conversation";
import type { MessageActions } from "@/components/message/message-row";
import type { RoomSummary } from "@/components/sidebar/room-summary";
import { useSidebar } from "@/components/sidebar/sidebar-provider";
import { JoinBar } from "./join-bar";
import { type LogHandle, MessageLog } from "./message-log";
import { RoomBeginning } from "./room-beginning";
import { RoomHeader } from "./room-header";
import { SeekingNotice } from "./seeking-notice";
import { useGoTo } from "./use-go-to";
import { useHistory } from "./use-history";

type RoomPreviewProps = {
  room: RoomSummary;
  page: InitialRoom;
  /** An owner removed the viewer: they can read a public room and not join it. */
  isRemoved: boolean;
};

/** A public room seen from outside: its history, and the way in where the composer would be. */
export function RoomPreview({ room, page, isRemoved }: RoomPreviewProps) {
  const { viewer: me } = useSidebar();
  const { state, history } = useHistory(room.id, page);
  const log = useRef<LogHandle>(null);
  const { goal, address, go, toNewest } = useGoTo({ slug: room.slug, conversation: history, log });
  const { deleted } = state;
  const conversation = useMemo(() => ({ address, go, deleted }), [address, go, deleted]);
  const { messages, older, newer } = shownMessages(state);
  const media = useMemo(() => mediaOf(messages), [messages]);
  return (
    <ConversationContext value={conversation}>
      <RoomHeader room={room} presence={null} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        <SeekingNotice seeking={state.passage?.seeking != null} />
        <LightboxProvider media={media} onBeginning={history.loadOlder} onEnd={history.loadNewer}>
          <MessageLog
            ref={log}
            roomName={room.name}
            me={me}
            messages={messages}
            pending={NONE}
            older={older}
            newer={newer}
            goal={goal}
            beginning={<RoomBeginning room={room} empty={messages.length === 0} />}
            deletes="nobody"
            actions={IDLE}
            onLoadOlder={history.loadOlder}
            onLoadNewer={history.loadNewer}
            onNewest={toNewest}
          />
        </LightboxProvider>
      </div>
      <JoinBar room={room} gone={isRemoved ? "removed" : null} />
    </ConversationContext>
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
