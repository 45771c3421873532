import type { HistoryPage } from "./history-api";
import { findSeq } from "./message-list";
import type { RoomAction, RoomState } from "./room-state";

/** A room's state, and where its pages come from. */
export type HistoryHost = {
  get(): RoomState;
  dispatch(action: RoomAction): void;
  /** The page before `seq`, or after it; it rejects when it cannot be had. */
  loadPage(seq: number, towards?: "newer"): Promise<HistoryPage>;
};

/** What came of going to a message: "missing" when the room has none of that number. */
export type Arrival = "shown" | "missing" | "failed" | "overtaken";

/** Loads the page before the first message that is shown. Does nothing at the beginning or while loading. */
export async function loadOlder(host: HistoryHost): Promise<void> {
  const { messages, older, passage } = host.get();
  if (passage && passage.messages.length > 0) return growPassage(host, "older");
  const first = messages[0];
  if (!first || (older !== "more" && older !== "failed")) return;
  host.dispatch({ type: "older-loading" });
  const page = await host.loadPage(first.seq).catch(() => null);
  // Loaded anew meanwhile: this page does not lie before what is here now.
  if (host.get().messages[0]?.seq !== first.seq) return;
  host.dispatch(page ? { type: "older-loaded", ...page } : { type: "older-failed" });
}

/** Loads the page after the last message of a passage. Does nothing where the newest messages are shown. */
export async function loadNewer(host: HistoryHost): Promise<void> {
  return growPassage(host, "newer");
}

/** Shows the conversation around a message: what is here already, or a passage that is loaded around it. */
export async function goTo(host: HistoryHost, seq: number): Promise<Arrival> {
  const { messages, older, passage } = host.get();
  const first = messages[0];
  if (first && (seq >= first.seq || older === "none")) {
    if (!findSeq(messages, seq)) return "missing";
    host.dispatch({ type: "passage-left" });
    return "shown";
  }
  if (passage && findSeq(passage.messages, seq)) return "shown";

  host.dispatch({ type: "passage-sought", seq });
  const pages = await Promise.all([host.loadPage(seq + 1), host.loadPage(seq, "newer")]).catch(() => null);
  if (host.get().passage?.seeking !== seq) return "overtaken";
  const [before, after] = pages ?? [];
  if (!before || !after || !findSeq(before.messages, seq)) {
    host.dispatch({ type: "passage-not-found", seq });
    return pages ? "missing" : "failed";
  }
  const around = [...before.messages, ...after.messages];
  host.dispatch({ type: "passage-found", seq, messages: around, older: before.more, newer: after.more });
  return "shown";
}

async function growPassage(host: HistoryHost, towards: "older" | "newer"): Promise<void> {
  const { passage } = host.get();
  const edge = endOf(host, towards);
  if (!passage || !edge || (passage[towards] !== "more" && passage[towards] !== "failed")) return;
  host.dispatch({ type: "passage-growing", towards });
  const loading = towards === "older" ? host.loadPage(edge.seq) : host.loadPage(edge.seq, "newer");
  const page = await loading.catch(() => null);
  // Another passage meanwhile, or none: this page does not lie beside what is here now.
  if (endOf(host, towards)?.seq !== edge.seq) return;
  host.dispatch(page ? { type: "passage-grown", towards, ...page } : { type: "passage-not-grown", towards });
}

function endOf(host: HistoryHost, towards: "older" | "newer") {
  return host.get().passage?.messages.at(towards === "older" ? 0 : -1);
}
