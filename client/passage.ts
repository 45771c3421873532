import type { Message } from "@/protocol/frames";
import { putChanges } from "./message-list";

/** What lies beyond an end of the messages that are here. */
export type Beyond = "more" | "loading" | "failed" | "none";

/**
 * A stretch of the conversation that lies apart from its newest part: what was loaded around a message that somebody
 * went to. It grows both ways, and where it meets the newest part the two become one.
 */
export type Passage = {
  /** The `seq` of the message whose surroundings are on their way. */
  seeking: number | null;
  /** Ascending by `seq`, without a hole between the first and the last; empty until the first was found. */
  messages: readonly Message[];
  older: Beyond;
  newer: Beyond;
  /** Changes that came while a page was being loaded: it may be older than they. */
  late: readonly Message[];
};

export type PassageAction =
  | { type: "passage-sought"; seq: number }
  | { type: "passage-found"; seq: number; messages: readonly Message[]; older: boolean; newer: boolean }
  | { type: "passage-not-found"; seq: number }
  | { type: "passage-growing"; towards: "older" | "newer" }
  | { type: "passage-grown"; towards: "older" | "newer"; messages: readonly Message[]; more: boolean }
  | { type: "passage-not-grown"; towards: "older" | "newer" }
  | { type: "passage-left" };

const NOWHERE: Passage = { seeking: null, messages: [], older: "none", newer: "none", late: [] };

/** Folds what became of a passage. Pure. */
export function reducePassage(passage: Passage | null, action: PassageAction): Passage | null {
  switch (action.type) {
    case "passage-sought":
      return { ...(passage ?? NOWHERE), seeking: action.seq };
    case "passage-found":
      return passage?.seeking === action.seq ? found(passage, action) : passage;
    case "passage-not-found":
      if (passage?.seeking !== action.seq) return passage;
      return passage.messages.length > 0 ? withoutLate({ ...passage, seeking: null }) : null;
    case "passage-growing":
      return passage && { ...passage, [action.towards]: "loading" };
    case "passage-grown":
      return passage?.[action.towards] === "loading" ? grown(passage, action) : passage;
    case "passage-not-grown":
      return passage?.[action.towards] === "loading"
        ? withoutLate({ ...passage, [action.towards]: "failed" })
        : passage;
    case "passage-left":
      return null;
    default:
      return action satisfies never;
  }
}

/** Changes of the room's messages, heard while the passage is looked at. */
export function foldIntoPassage(passage: Passage | null, changes: readonly Message[]): Passage | null {
  if (!passage || changes.length === 0) return passage;
  const late = isLoading(passage) ? [...passage.late, ...changes] : passage.late;
  return { ...passage, late, messages: putWithin(passage.messages, changes) };
}

type Found = Extract<PassageAction, { type: "passage-found" }>;
type Grown = Extract<PassageAction, { type: "passage-grown" }>;

function found({ late }: Passage, { messages, older, newer }: Found): Passage {
  return {
    seeking: null,
    messages: putWithin(messages, late),
    older: older ? "more" : "none",
    newer: newer ? "more" : "none",
    late: [],
  };
}

function grown(passage: Passage, { towards, messages, more }: Grown): Passage {
  const all = towards === "older" ? [...messages, ...passage.messages] : [...passage.messages, ...messages];
  const beyond: Beyond = more ? "more" : "none";
  return withoutLate({ ...passage, messages: putWithin(all, passage.late), [towards]: beyond });
}

function putWithin(messages: readonly Message[], changes: readonly Message[]): readonly Message[] {
  const [first, last] = [messages[0], messages.at(-1)];
  return first && last ? putChanges(messages, changes, first.seq, last.seq) : messages;
}

function withoutLate(passage: Passage): Passage {
  return isLoading(passage) ? passage : { ...passage, late: [] };
}

function isLoading({ seeking, older, newer }: Passage): boolean {
  return seeking !== null || older === "loading" || newer === "loading";
}
