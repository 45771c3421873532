import { format, stripVTControlCharacters } from "node:util";
import { isDecodingForm } from "./form-run";
import { log } from "./log";

const LEVELS = { debug: "debug", log: "info", info: "info", warn: "warn", error: "error" } as const;
/** A library's line may hold a whole page. */
const LENGTH_MAX = 10_000;

/**
 * Makes lines of our log of what libraries write to the console, Next above all, and of Node's own warnings: the output
 * of a server in production is lines of JSON.
 */
export function logConsole(): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method as keyof typeof LEVELS] = (...args: unknown[]) => {
      const err = args.find((arg) => arg instanceof Error);
      const rest = args.filter((arg) => arg !== err);
      const text = stripVTControlCharacters(format(...rest))
        .trim()
        .slice(0, LENGTH_MAX);
      // Anybody can post what Next complains about.
      log[isDecodingForm() ? "info" : level](
        { source: "console", ...(err !== undefined && { err }) },
        text || "A library reported an error.",
      );
    };
  }
  process.removeAllListeners("warning");
  process.on("warning", (warning) => log.warn({ source: "node", err: warning }, warning.message));
}
