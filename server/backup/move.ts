import { pipeline } from "node:stream/promises";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { CommandFailed } from "../cli/command";
import { migrate } from "../db/migrate";
import { openSnapshot, withWriter } from "./connections";
import { findContent } from "./fill";
import { copyTarget, countRows, listTables } from "./tables";

type Options = {
  fromUrl: string;
  toUrl: string;
  migrations: string;
  /** Counts alone, and looks whether the other database could take it. */
  isDryRun: boolean;
};

/**
 * Copies one moment of a database into an empty one, table by table, and counts each table on both sides.
 * @returns the rows of each table.
 * @throws CommandFailed when the other database is not empty, or has not the same number of rows afterwards.
 */
export async function moveDatabase({ fromUrl, toUrl, migrations, isDryRun }: Options): Promise<Record<string, number>> {
  const content = await findContent(toUrl);
  if (content) throw new CommandFailed(`The other database is not empty: it has ${content}. Nothing was changed.`);
  const source = await openSnapshot(fromUrl);
  try {
    const tables = await listTables(source);
    const counts: Record<string, number> = {};
    for (const table of tables) counts[table.name] = await countRows(source, table);
    if (isDryRun) return counts;

    await migrate(toUrl, migrations);
    await withWriter(toUrl, async (target) => {
      await target.query("BEGIN");
      for (const table of tables) {
        await pipeline(
          source.query(copyTo(`COPY ${copyTarget(table)} TO STDOUT`)),
          target.query(copyFrom(`COPY ${copyTarget(table)} FROM STDIN`)),
        );
        const found = await countRows(target, table);
        if (found !== counts[table.name]) {
          throw new CommandFailed(
            `${table.name} has ${found} rows instead of ${counts[table.name]}. Nothing was kept.`,
          );
        }
      }
      await target.query("COMMIT");
    });
    return counts;
  } finally {
    await source.end();
  }
}
