import "./environment";
import { prepareClient, preparePages } from "./build";
import { CannotStart } from "./cannot-start";
import { ROOT } from "./environment";

// `npm run build`, and with `client` only the database client. `npm start` does both by itself.

const options = { root: ROOT, say: (line: string) => process.stderr.write(`${line}\n`) };

try {
  await prepareClient(options);
  if (!process.argv.includes("client")) await preparePages(options);
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
