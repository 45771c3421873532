import { log } from "./log";

const FRAME = /\(?((?:file:\/\/|\/|[A-Z]:\\|node:)[^()\n]+):(\d+):\d+\)?$/;
const LIBRARY = /node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/;

/**
 * Says which library and which module of ours an error came from that nobody handled: most often it is a library's, thrown
 * from a timer or a socket, and its message alone leads nowhere.
 * @param kind what Node calls its way: "uncaughtException" or "unhandledRejection".
 */
export function logUncaught(error: unknown, kind: string): void {
  const err = error instanceof Error ? error : new Error(`Something that is no error was thrown: ${typeof error}`);
  log.fatal({ err, kind, ...originOf(err) }, "Adda met an error that it does not survive.");
}

/** By the stack: the library that threw, and the first of our own modules on the way there. */
export function originOf({ stack = "" }: Error): { library?: string; module?: string } {
  const frames = stack.split("\n").flatMap((line) => {
    const [, path, row] = FRAME.exec(line.trim()) ?? [];
    return path ? [{ path, row }] : [];
  });
  const library = LIBRARY.exec(frames.find(({ path }) => !path.startsWith("node:"))?.path ?? "")?.[1];
  const own = frames.find(({ path }) => !path.startsWith("node:") && !LIBRARY.test(path));
  return {
    ...(library && { library: library.replace("\\", "/") }),
    ...(own && { module: `${own.path.replace(/^file:\/\//, "").replace(`${process.cwd()}/`, "")}:${own.row}` }),
  };
}
