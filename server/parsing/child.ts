import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import type { Answer, Asked } from "./messages";

/** Files with more tasks, which tests plant. */
const [, , tasksPath = "./tasks"] = process.argv;
/** Behind the server that started it: what people say to each other comes first. */
const NICE = 10;

const { tasks } = (await import(tasksPath)) as { tasks: Record<string, (input: unknown) => Promise<unknown>> };

volunteerForTheKernel();
setPriority(NICE);
// The server decides when this ends: a terminal and systemd send their signals to it as well.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.once("disconnect", () => process.exit(0));
process.on("message", ({ name, input }: Asked) => void answer(name, input));
say("ready");

async function answer(name: string, input: unknown): Promise<void> {
  try {
    say({ value: await tasks[name]?.(input) });
  } catch (error) {
    const { name: kind, message, field } = error as Error & { field?: string };
    say({ error: { name: kind, message, ...(field && { field }) } });
  }
}

function say(message: Answer): void {
  process.send?.(message);
}

/** When memory is short, this goes first, and not the server or its database. */
function volunteerForTheKernel(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Another system than Linux.
  }
}
