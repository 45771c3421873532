import type { Cast } from "./cast";
import type { History, HistoryEvent } from "./history/events";

/** What happened, in figures: a run in which little happened proves little. */
export function summarize(
  { events, stored }: History,
  { bots, rest, regrets, readers, chatters, crowd }: Cast,
): string {
  const count = (type: HistoryEvent["type"]) => events.filter((event) => event.type === type).length;
  const storedIds = new Set(stored.flatMap(({ messages }) => messages.map(({ clientId }) => clientId)));
  const givenUp = events.flatMap((event) => (event.type === "unknown" ? [event.clientId] : []));
  const closes = new Map<number, number>();
  for (const { line } of [...bots, ...readers]) {
    for (const [code, times] of line.closes) closes.set(code, (closes.get(code) ?? 0) + times);
  }
  const retries = [...bots, rest, ...regrets].reduce((sum, writer) => sum + writer.retries, 0);
  const reloads = chatters.reduce((sum, chatter) => sum + chatter.reloads, 0);
  const linked = stored.flatMap(({ messages }) => messages.filter(({ hasLinks }) => hasLinks)).length;
  const deleted = stored.flatMap(({ messages }) => messages.filter(({ isDeleted }) => isDeleted)).length;
  return [
    `${count("invoke")} messages said, ${storedIds.size} stored, ${count("refused")} refused`,
    `${count("delete")} to be deleted, ${deleted} deleted, ${count("delete-refused")} may not be, ${count("delete-unknown")} given up without an answer`,
    `${givenUp.length} given up without an answer, of which ${givenUp.filter((id) => storedIds.has(id)).length} are stored`,
    `${retries} sent again, ${count("heard") + count("shown")} deliveries, ${count("connected")} connections, ${reloads} reloads`,
    `${[...crowd.steward.done].map(([what, times]) => `${what} ${times} times`).join(", ")}; ${crowd.uploader.sentCount} files sent, ${linked} links shown`,
    `bare sockets closed with ${[...closes].map(([code, times]) => `${code} ${times} times`).join(", ")}`,
  ].join("\n");
}
