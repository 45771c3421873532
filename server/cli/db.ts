import { MIGRATIONS } from "../environment";
import { findRunningPostgres } from "../postgres/embedded";
import { type Command, CommandFailed } from "./command";
import { withDatabase } from "./with-database";

export const dbMove: Command = {
  name: "db move",
  summary: "Copies the database into another, empty PostgreSQL and counts every table; Adda must not run",
  options: { to: { type: "string" }, "dry-run": { type: "boolean" } },
  optionSummaries: {
    to: "The other database: postgresql://USER:PASSWORD@HOST:PORT/NAME",
    "dry-run": "Counts, looks whether the other one is empty, and changes nothing; also while Adda runs",
  },
  async run({ config, options, print }) {
    const toUrl = options.to;
    if (typeof toUrl !== "string")
      throw new CommandFailed("--to is missing: give it the address of the other database.");
    if (!/^postgres(ql)?:\/\//.test(toUrl))
      throw new CommandFailed("--to is an address that begins with postgresql://");
    const isDryRun = options["dry-run"] === true;
    if (!isDryRun && !config.databaseUrl && (await findRunningPostgres(config.dataDir))) {
      throw new CommandFailed(
        `Adda runs on ${config.dataDir}: stop it, else what people say meanwhile is left behind.`,
      );
    }
    const { moveDatabase } = await import("../backup/move");
    const rows = await withDatabase(config, (fromUrl) =>
      moveDatabase({ fromUrl, toUrl, migrations: MIGRATIONS, isDryRun }),
    );
    const lines = Object.entries(rows).map(([table, count]) => `  ${table}: ${count}`);
    const outcome = isDryRun
      ? "These rows would be copied:"
      : "These rows were copied. Set DATABASE_URL, and start Adda.";
    print({ rows, dryRun: isDryRun }, [outcome, ...lines].join("\n"));
  },
};
