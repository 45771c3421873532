const FRAMES_MAX = 12;
const CAUSES_MAX = 3;

export type LoggedError = { type: string; message: string; code?: string; stack?: string; cause?: LoggedError };

/**
 * An error as the log shows it: what it is, its code and where it came from. Errors of drivers carry their connection,
 * with statements and keys, as properties of their own: nothing is taken but what is named here.
 */
export function describeError(error: unknown, depth = 0): LoggedError | unknown {
  if (!(error instanceof Error))
    return error === undefined ? undefined : { type: typeof error, message: String(error) };
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const first = error instanceof AggregateError ? error.errors[0] : undefined;
  const inner = cause ?? first;
  return {
    type: error.name,
    message: firstLine(error.message || (first instanceof Error ? first.message : "")),
    ...(typeof code === "string" && { code }),
    ...(error.stack && { stack: framesOf(error.stack) }),
    ...(inner instanceof Error && depth < CAUSES_MAX && { cause: describeError(inner, depth + 1) as LoggedError }),
  };
}

function framesOf(stack: string): string {
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim())
    .join("\n");
}

/** Prisma's message has the code around the call, and the reason at its end. */
function firstLine(message: string): string {
  const lines = message.trim().split("\n").filter(Boolean);
  return (/^Invalid `/.test(lines[0] ?? "") ? lines.at(-1) : lines[0])?.slice(0, 1_000) ?? "";
}
