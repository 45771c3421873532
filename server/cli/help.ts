import type { Command } from "./command";

/** The list of all commands. */
export function overview(commands: Command[]): string {
  const width = Math.max(0, ...commands.map((command) => callOf(command).length));
  const lines = commands.map((command) => `  ${callOf(command).padEnd(width)}  ${command.summary}`);
  return `${["Usage: npm run adda -- COMMAND [--json] [--help]", "", ...lines].join("\n")}\n`;
}

/** One command with its flags. */
export function helpFor(command: Command): string {
  const flags = Object.entries(command.options ?? {}).map(([name, { type }]) => {
    const flag = type === "string" ? `--${name} VALUE` : `--${name}`;
    return `  ${flag.padEnd(22)}${command.optionSummaries?.[name] ?? ""}`.trimEnd();
  });
  const lines = [`Usage: npm run adda -- ${callOf(command)}`, "", command.summary];
  return `${[...lines, ...(flags.length > 0 ? ["", ...flags] : []), `  ${"--json".padEnd(22)}Prints one line of JSON`].join("\n")}\n`;
}

function callOf({ name, parameters }: Command): string {
  return parameters ? `${name} ${parameters}` : name;
}
