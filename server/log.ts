import { pino } from "pino";
import { describeError } from "./log-error";

const isReadByAPerson = process.env.NODE_ENV === "development" && process.stdout.isTTY;

/**
 * The one log. Say what happened and give the ids that find it; never a cookie, a token, a frame's body
 * or a query string.
 */
export const log = pino({
  level: process.env.LOG_LEVEL || "info",
  base: { pid: process.pid },
  formatters: { level: (label) => ({ level: label }) },
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: (error: unknown) => describeError(error) },
  redact: {
    paths: ["cookie", "authorization", "password", "token", "*.cookie", "*.authorization", "*.password", "*.token"],
    censor: "[removed]",
  },
  ...(isReadByAPerson && {
    transport: { target: "pino-pretty", options: { ignore: "pid", translateTime: "HH:MM:ss" } },
  }),
});
