import type { History, Recorded, Told } from "../history/events";
import { CaseFile, seconds } from "./case-file";
import { PROMISES, type PromiseName, type Violation } from "./promises";

const EXAMPLES_PER_PROMISE = 2;
const FAULTS_BEFORE = 3;

/** What a person needs to see of broken promises: which, the first evidence for each, the story of its messages. */
export function report(history: History, violations: readonly Violation[]): string {
  const file = new CaseFile(history);
  const lines: string[] = [];
  for (const [promise, sentence] of Object.entries(PROMISES) as [PromiseName, string][]) {
    const broken = violations.filter((violation) => violation.promise === promise);
    if (broken.length === 0) continue;
    lines.push("", `Broken ${broken.length === 1 ? "once" : `${broken.length} times`}: ${promise}. ${sentence}`);
    for (const { evidence, clientIds } of broken.slice(0, EXAMPLES_PER_PROMISE)) {
      lines.push(`  ${evidence}`);
      for (const clientId of clientIds) lines.push(...tellStory(file, clientId).map((line) => `    ${line}`));
    }
  }
  return lines.join("\n");
}

/** All that is known of one message, in the order in which it happened. */
function tellStory(file: CaseFile, clientId: string): string[] {
  const lines = [`${clientId}:`];
  const { events } = file.history;
  const own = events.filter((event) => clientIdOf(event).includes(clientId));
  const first = own[0];
  if (first) {
    const faults = events.filter((event) => event.type === "fault" && event.at < first.at).slice(-FAULTS_BEFORE);
    lines.push(...faults.map((event) => `  ${tell(event)}`));
  }
  const told = new Set<string>();
  for (const event of own) {
    const line = tell(event, clientId);
    const key = line.replace(/^\S+ s /, "");
    if (!told.has(key)) lines.push(`  ${line}`);
    told.add(key);
  }
  const rows = file.stored.get(clientId) ?? [];
  lines.push(
    `  stored ${rows.length === 0 ? "never" : `as ${rows.map((row) => file.describe(row)).join(" and as ")}`}`,
  );
  return lines;
}

function clientIdOf(event: Recorded): string[] {
  switch (event.type) {
    case "invoke":
    case "refused":
    case "unknown":
    case "delete":
    case "deleted":
    case "delete-refused":
    case "delete-unknown":
      return [event.clientId];
    case "ok":
    case "heard":
    case "shown":
    case "changed":
      return [event.message.clientId];
    case "joined":
    case "page":
      return event.messages.map(({ clientId }) => clientId);
    case "asks":
    case "connected":
    case "head":
    case "left":
    case "admitted":
    case "dismissed":
    case "covers":
    case "uncovers":
    case "fault":
      return [];
    default:
      return event satisfies never;
  }
}

function tell(event: Recorded, clientId?: string): string {
  return `${seconds(event.ms)} ${sentence(event, clientId)}`;
}

function sentence(event: Recorded, clientId: string | undefined): string {
  switch (event.type) {
    case "invoke":
      return `${event.writer} said it`;
    case "refused":
      return `${event.writer} was refused: ${event.code}`;
    case "unknown":
      return `${event.writer} gave up without an answer`;
    case "delete":
      return `${event.writer} asked to delete it`;
    case "deleted":
      return `${event.writer} was told that it is deleted`;
    case "delete-refused":
      return `${event.writer} may not delete it: ${event.code}`;
    case "delete-unknown":
      return `${event.writer} gave up deleting it without an answer`;
    case "ok":
      return `${event.writer} was told that it is ${numberOf(event.message)}`;
    case "heard":
      return `${event.reader} heard it as ${numberOf(event.message)}`;
    case "shown":
    case "changed":
      return `${event.reader} showed it as ${numberOf(event.message)}`;
    case "joined":
      return `${event.reader} was told of it by the answer to "join since ${event.since}"${stateOf(event.messages, clientId)}`;
    case "page":
      return `${event.reader} was told of it by a page of the history${stateOf(event.messages, clientId)}`;
    case "asks":
      return `asked ${event.ask}`;
    case "connected":
      return `${event.reader} connected`;
    case "head":
      return `${event.reader} was told that ${event.roomId} reaches ${event.seq}`;
    case "left":
      return `${event.reader} was told that it left ${event.roomId}`;
    case "admitted":
      return `${event.reader} is let into ${event.roomId}`;
    case "dismissed":
      return `${event.reader} lost ${event.roomId}`;
    case "covers":
    case "uncovers":
      return `[cover ${event.cover} ${event.type === "covers" ? "begins" : "ends"}]`;
    case "fault":
      return `[${event.what}]`;
    default:
      return event satisfies never;
  }
}

function numberOf({ seq, rev, isDeleted }: Told): string {
  return isDeleted ? `number ${seq}, deleted as ${rev}` : `number ${seq}`;
}

function stateOf(messages: readonly Told[], clientId: string | undefined): string {
  const told = messages.find((message) => message.clientId === clientId);
  return told ? `, as ${numberOf(told)}` : "";
}
