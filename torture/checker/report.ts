import type { History, Recorded } from "../history/events";
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
    const line = tell(event);
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
      return [event.clientId];
    case "ok":
    case "heard":
    case "shown":
      return [event.message.clientId];
    case "joined":
      return event.messages.map(({ clientId }) => clientId);
    case "connected":
    case "fault":
      return [];
    default:
      return event satisfies never;
  }
}

function tell(event: Recorded): string {
  return `${seconds(event.ms)} ${sentence(event)}`;
}

function sentence(event: Recorded): string {
  switch (event.type) {
    case "invoke":
      return `${event.writer} said it`;
    case "refused":
      return `${event.writer} was refused: ${event.code}`;
    case "unknown":
      return `${event.writer} gave up without an answer`;
    case "ok":
      return `${event.writer} was told that it is number ${event.message.seq}`;
    case "heard":
      return `${event.reader} heard it as number ${event.message.seq}`;
    case "shown":
      return `${event.reader} showed it as number ${event.message.seq}`;
    case "joined":
      return `${event.reader} was told of it by the answer to "join since ${event.since}"`;
    case "connected":
      return `${event.reader} connected`;
    case "fault":
      return `[${event.what}]`;
    default:
      return event satisfies never;
  }
}
