import cluster from "node:cluster";
import { isFirstRun } from "./domain/first-run";
import { createSetupLink } from "./domain/setup-links";

/** Prints the link that makes the owner, while nobody has an account. Of several processes the first one does. */
export async function printSetupLink(): Promise<void> {
  if (!(cluster.isPrimary || cluster.worker?.id === 1) || !(await isFirstRun())) return;
  process.stdout.write(`Create the first account, which owns this server: ${await createSetupLink()}\n`);
}
