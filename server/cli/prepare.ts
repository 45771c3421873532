import { preparePages } from "../build";
import { ROOT } from "../environment";
import type { Command } from "./command";

export const prepare: Command = {
  name: "prepare",
  summary: "Builds this version next to the running one, so that the restart need not",
  async run({ print, note }) {
    // The database client was made before any command ran.
    const build = await preparePages({ root: ROOT, say: note });
    print({ build }, "This version is built. A restart takes a few seconds now.");
  },
};
