import { open } from "node:fs/promises";

/** What was written into a folder, or renamed in it, is on the disk when this resolves. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
