import type { ParseArgsConfig } from "node:util";
import type { Config } from "../config";

/** One `npm run adda -- <words> …` command. Each lives in the file of its noun, and `commands.ts` lists them. */
export type Command = {
  /** The words that select it, such as `users list`. */
  name: string;
  /** What follows the words, as the help shows it: `EMAIL`, `DIR|s3://BUCKET/PREFIX`. */
  parameters?: string;
  /** One line for the list of commands. */
  summary: string;
  /** Flags beside `--json` and `--help`, for `parseArgs` of `node:util`. */
  options?: NonNullable<ParseArgsConfig["options"]>;
  /** What each flag does, by its name. */
  optionSummaries?: Record<string, string>;
  run(call: CommandCall): Promise<void>;
};

export type CommandCall = {
  /** The positional arguments after the command's words. */
  args: string[];
  options: Record<string, string | boolean | (string | boolean)[] | undefined>;
  config: Config;
  /** Prints the result: `text` for a person, `value` as one line of JSON with `--json`. */
  print(value: unknown, text: string): void;
  /** Prints progress on stderr; `--json` leaves it out. */
  note(line: string): void;
};

/** A mistake in how a command was called, or a result that is a failure: its message is printed, and the exit code is 1. */
export class CommandFailed extends Error {}

/** @throws CommandFailed naming the parameter when it is missing. */
export function requireArgument({ args }: CommandCall, index: number, name: string): string {
  const value = args[index];
  if (value === undefined || value === "") throw new CommandFailed(`${name} is missing.`);
  return value;
}
