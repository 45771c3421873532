import { parseArgs } from "node:util";
import { CannotStart } from "../cannot-start";
import { readConfig, setConfig } from "../config";
import { Refused } from "../domain/refused";
import { type Command, type CommandCall, CommandFailed } from "./command";
import { commands } from "./commands";
import { helpFor, overview } from "./help";

const COMMON_OPTIONS = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;

/**
 * Finds the command that `argv` names and runs it.
 * @returns the exit code: 0 done, 1 failed, 2 called wrongly.
 */
export async function runCli(argv: string[]): Promise<number> {
  const found = findCommand(argv);
  if (!found) {
    const asksForHelp = argv.length === 0 || argv.includes("--help") || argv.includes("-h");
    if (!asksForHelp) process.stderr.write(`Unknown command: ${argv.join(" ")}\n\n`);
    process.stdout.write(overview(commands));
    return asksForHelp ? 0 : 2;
  }

  const { command, rest } = found;
  let parsed: Pick<CommandCall, "options"> & { positionals: string[] };
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      options: { ...COMMON_OPTIONS, ...command.options },
      allowPositionals: true,
    });
    parsed = { options: values, positionals };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${helpFor(command)}`);
    return 2;
  }
  if (parsed.options.help) {
    process.stdout.write(helpFor(command));
    return 0;
  }
  return runCommand(command, parsed.positionals, parsed.options);
}

async function runCommand(command: Command, args: string[], options: CommandCall["options"]): Promise<number> {
  const json = options.json === true;
  try {
    const config = readConfig();
    setConfig(config);
    await command.run({
      args,
      options,
      config,
      print: (value, text) => process.stdout.write(`${json ? JSON.stringify(value) : text}\n`),
      note: (line) => void (json || process.stderr.write(`${line}\n`)),
    });
    return 0;
  } catch (error) {
    const { message, stack } = error as Error;
    if (json) process.stdout.write(`${JSON.stringify({ error: message })}\n`);
    process.stderr.write(`${isExpected(error) ? message : stack}\n`);
    return 1;
  }
}

function isExpected(error: unknown): boolean {
  return [CommandFailed, CannotStart, Refused].some((Expected) => error instanceof Expected);
}

/** The longest command whose words begin `argv`. */
function findCommand(argv: string[]): { command: Command; rest: string[] } | null {
  const matching = commands.filter(({ name }) => name.split(" ").every((word, index) => argv[index] === word));
  const command = matching.toSorted((a, b) => b.name.length - a.name.length)[0];
  return command ? { command, rest: argv.slice(command.name.split(" ").length) } : null;
}
