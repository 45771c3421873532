"use client";

import { useCallback, useMemo, useRef } from "react";
import { deleteMessageAction } from "@/app/rooms/actions";
import { removeLinks } from "@/client/links-api";
import { type InitialRoom, shownMessages } from "@/client/room-state";
import type { SendOptions } from "@/client/sender";
import { Composer, type ComposerHandle } from "@/components/composer/composer";
import { LightboxProvider } from "@/components/file/lightbox-provider";
import { mediaOf } from "@/components/file/shown-media";
import { ConversationContext } from "@/components/message/conversation";
import { managesRoom, type RoomSummary } from "@/components/sidebar/room-summary";
import { useSidebar } from "@/components/sidebar/sidebar-provider";
import { AddedNotice } from "./added-notice";
import { ConnectionBanner } from "./connection-banner";
import { rememberGone } from "./gone-rooms";
import { JoinBar } from "./join-bar";
import { type LogHandle, MessageLog } from "./message-log";
import { GoneRoom } from "./missing-room";
import { RoomBeginning } from "./room-beginning";
import { RoomHeader } from "./room-header";
import { SeekingNotice } from "./seeking-notice";
import { useGoTo } from "./use-go-to";
import { useRefreshOn } from "./use-refresh-on";
import { useRoom } from "./use-room";
import { useVisit } from "./use-visit";

type RoomViewProps = {
  room: RoomSummary;
  initial: InitialRoom;
  /** Who added the viewer, until they say that they stay. */
  addedBy: string | null;
  /** Tells the server that this room was looked at. */
  onVisit(roomId: string): Promise<unknown>;
};

/** A room that one is in: the conversation, live, and the composer. */
export function RoomView({ room: summary, initial, addedBy, onVisit }: RoomViewProps) {
  const { viewer: me } = useSidebar();
  const { room: state, handle } = useRoom(summary.id, initial);
  const log = useRef<LogHandle>(null);
  const composer = useRef<ComposerHandle>(null);
  const room = useMemo(() => ({ ...summary, ...state.room }), [summary, state.room]);
  useVisit(summary.id, onVisit);
  useRefreshOn(state.room);
  useRefreshOn(state.gone);

  const actions = useMemo(
    () => ({
      retry: (clientId: string) => handle?.retry(clientId),
      discard: (clientId: string) => handle?.discard(clientId),
      edit: (clientId: string) => {
        if (handle) composer.current?.insert(handle.takeBack(clientId));
      },
      removeLinks: (messageId: string) => removeLinks(summary.id, messageId),
      delete: (messageId: string) => deleteMessageAction(summary.id, messageId),
    }),
    [handle, summary.id],
  );
  const loadOlder = useCallback(() => void handle?.loadOlder(), [handle]);
  const loadNewer = useCallback(() => void handle?.loadNewer(), [handle]);
  const { goal, address, go, toNewest } = useGoTo({ slug: room.slug, conversation: handle, log });
  const { deleted } = state;
  const conversation = useMemo(() => ({ address, go, deleted }), [address, go, deleted]);
  const { messages, older, newer } = shownMessages(state);
  const media = useMemo(() => mediaOf(messages), [messages]);
  const empty = state.messages.length + state.pending.length === 0;
  const beginning = useMemo(() => <RoomBeginning room={room} empty={empty} />, [room, empty]);

  const send = (text: string, options: SendOptions) => {
    if (!handle) return false;
    handle.send(text, options);
    log.current?.toEnd();
    return true;
  };

  if (state.gone === "deleted" || state.gone === "missing" || (state.gone && room.kind === "closed")) {
    rememberGone(room, state.gone);
    return <GoneRoom name={room.name} reason={state.gone} />;
  }
  return (
    <ConversationContext value={conversation}>
      <RoomHeader
        room={state.gone ? { ...room, joined: false } : room}
        presence={state.gone ? null : { count: state.count, people: state.people, meId: me.id }}
      />
      <div className="relative flex min-h-0 flex-1 flex-col">
        <ConnectionBanner />
        <SeekingNotice seeking={state.passage?.seeking != null} />
        <LightboxProvider media={media} onBeginning={loadOlder} onEnd={loadNewer}>
          <MessageLog
            ref={log}
            roomName={room.name}
            me={me}
            messages={messages}
            pending={newer === "none" ? state.pending : NONE}
            older={older}
            newer={newer}
            goal={goal}
            beginning={beginning}
            deletes={room.archivedAt || state.gone ? "nobody" : managesRoom(me, room) ? "all" : "own"}
            actions={actions}
            onLoadOlder={loadOlder}
            onLoadNewer={loadNewer}
            onNewest={toNewest}
          />
        </LightboxProvider>
      </div>
      {addedBy !== null && !state.gone && <AddedNotice room={room} addedBy={addedBy} />}
      {state.gone ? (
        <JoinBar room={room} gone={state.gone} />
      ) : (
        <Composer
          ref={composer}
          room={room}
          userId={me.id}
          typing={state.typing}
          onSend={send}
          onTyping={() => handle?.setTyping()}
          onScroll={(pages) => log.current?.scrollByPages(pages)}
          onEscape={() => log.current?.toEnd()}
        />
      )}
    </ConversationContext>
  );
}

/** What is on its way stands below the newest messages alone. */
const NONE = [] as const;
