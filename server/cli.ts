import "./environment";
import { prepareClient } from "./build";
import { ROOT } from "./environment";

// `npm run adda -- <command>`: what an operator does, next to a running server or without one.

await prepareClient({ root: ROOT, say: (line) => process.stderr.write(`${line}\n`) });
// Loaded only now: it imports the database client.
const { runCli } = await import("./cli/main");
process.exitCode = await runCli(process.argv.slice(2));
