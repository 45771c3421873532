import { setShared, shared } from "../shared";
import { openTransfer } from "../transfer/transfer";
import { type Command, CommandFailed } from "./command";
import { withDatabase } from "./with-database";

export const filesOrphans: Command = {
  name: "files orphans",
  summary: "Counts stored files that the database does not know, such as after a restore of an older database",
  options: { remove: { type: "boolean" } },
  optionSummaries: { remove: "Removes them; there is no way back" },
  async run({ config, options, print }) {
    const { findOrphans, removeOrphans, ORPHAN_MIN_AGE_MS } = await import("../domain/files/orphans");
    const { storage } = openTransfer(config);
    await withDatabase(config, async () => {
      setShared({ ...shared(), storage });
      const { known, orphans } = await findOrphans(new Date(Date.now() - ORPHAN_MIN_AGE_MS));
      const bytes = orphans.reduce((sum, orphan) => sum + orphan.bytes, 0);
      const what = `${orphans.length} stored files of ${bytes} bytes have no row in the database`;
      if (!options.remove) {
        return print({ known, orphans: orphans.length, bytes, removed: 0 }, `${what}; ${known} have one.`);
      }
      if (known === 0 && orphans.length > 0) {
        throw new CommandFailed(
          `${what}, and none has one: this storage seems to belong to another database. Nothing was removed.`,
        );
      }
      const removed = await removeOrphans(orphans.map(({ key }) => key));
      print({ known, orphans: orphans.length, bytes, removed }, `${what}; ${removed} were removed.`);
    }).finally(() => storage.close());
  },
};
