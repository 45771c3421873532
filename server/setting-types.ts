import { z } from "zod";

// What the values of environment variables may be. A default is written as the variable would be.

export const count = (fallback: number, min = 1) => z.coerce.number().int().min(min).default(fallback);
/** A number of bytes, also with a unit: `512M`, `10 GB`, `1.5GiB`; each unit is 1,024 times the one before. */
export const size = (min = 1) =>
  z
    .string()
    .regex(
      /^\d{1,15}(\.\d{1,3})?\s*([KMGT]i?)?B?$/i,
      'must be a number of bytes, or one with a unit such as "512M" or "10G"',
    )
    .transform(toBytes)
    .pipe(z.number().int().min(min, `must be at least ${min} bytes`));
export const bytes = (fallback: number, min?: number) => size(min).prefault(String(fallback));
export const rate = (fallback: number) => z.coerce.number().positive().default(fallback);
export const flag = z.enum(["true", "false", "1", "0"]).transform((value) => value === "true" || value === "1");
export const origin = z.url({ protocol: /^https?$/ }).transform((value) => new URL(value).origin);
/** Minutes, hours or days: `30m`, `24h`, `7d`. */
export const duration = z.string().regex(/^[1-9]\d{0,4}[mhd]$/, 'must be a time such as "30m", "24h" or "7d"');
export const secret = z.string().min(32, "must be at least 32 characters");

function toBytes(text: string): number {
  const [, amount, unit = ""] = /^([\d.]+)\s*([KMGT]?)/i.exec(text) ?? [];
  return Math.round(Number(amount) * 1024 ** " KMGT".indexOf(unit.toUpperCase() || " "));
}

/** A `duration` in milliseconds. */
export function toMs(duration: string): number {
  const minutes = { m: 1, h: 60, d: 24 * 60 }[duration.at(-1) as "m" | "h" | "d"];
  return Number.parseInt(duration, 10) * minutes * 60_000;
}
