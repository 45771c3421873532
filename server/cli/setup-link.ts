import { type Command, CommandFailed } from "./command";
import { withDatabase } from "./with-database";

export const setupLink: Command = {
  name: "setup-link",
  summary: "Prints a link for the first account, which owns the server",
  async run({ config, print }) {
    const url = await withDatabase(config, async () => {
      // Loaded only now: they import the database client.
      const { isFirstRun } = await import("../domain/first-run");
      const { createSetupLink } = await import("../domain/setup-links");
      if (!(await isFirstRun())) throw new CommandFailed("This server has an owner already.");
      return createSetupLink();
    });
    print({ url }, `Create the first account, which owns this server: ${url}`);
  },
};
