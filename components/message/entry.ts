import type { PendingMessage } from "@/client/room-state";
import type { MessageFile } from "@/protocol/files";
import type { Message, Person } from "@/protocol/frames";
import type { LinkPreview } from "@/protocol/links";

const NO_FILES: readonly MessageFile[] = [];
const NO_LINKS: readonly LinkPreview[] = [];

/** A line of the log: a committed message, or one of ours on its way. */
export type Entry = {
  /** The same before and after the commit, so that the page keeps the element. */
  key: string;
  /** The message's own id; null while it is on its way. */
  id: string | null;
  /** The room's number that made it; null as well while it is on its way. */
  seq: number | null;
  senderId: string;
  sender: string;
  senderDeactivated: boolean;
  text: string;
  /** What a committed message carries; a pending one has its uploads. */
  files: readonly MessageFile[];
  links: readonly LinkPreview[];
  sentAt: Date;
  edited: boolean;
  deleted: boolean;
  pending: PendingMessage | null;
};

const ofMessage = new WeakMap<Message, Entry>();
const ofPending = new WeakMap<PendingMessage, Entry>();

/** The same message gives the same entry, so that a row whose message did not change is not drawn again. */
export function messageEntry(message: Message): Entry {
  return remember(ofMessage, message, () => ({
    key: `${message.senderId}_${message.clientId}`,
    id: message.id,
    seq: message.seq,
    senderId: message.senderId,
    sender: message.sender,
    senderDeactivated: message.senderDeactivated === true,
    text: message.message,
    files: message.files ?? NO_FILES,
    links: message.links ?? NO_LINKS,
    sentAt: new Date(message.sentAt),
    edited: message.editedAt !== null,
    deleted: message.deletedAt !== null,
    pending: null,
  }));
}

export function pendingEntry(pending: PendingMessage, me: Person): Entry {
  return remember(ofPending, pending, () => ({
    key: `${me.id}_${pending.clientId}`,
    id: null,
    seq: null,
    senderId: me.id,
    sender: me.name,
    senderDeactivated: false,
    text: pending.message,
    files: NO_FILES,
    links: NO_LINKS,
    sentAt: new Date(pending.queuedAt),
    edited: false,
    deleted: false,
    pending,
  }));
}

function remember<Key extends object>(entries: WeakMap<Key, Entry>, key: Key, make: () => Entry): Entry {
  const found = entries.get(key);
  if (found) return found;
  const entry = make();
  entries.set(key, entry);
  return entry;
}
