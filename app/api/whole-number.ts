import { z } from "zod";

/** A number in a query string. */
export function wholeNumber(name: string, min: number, max: number) {
  const sentence = `${name} is a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,10}$/, sentence)
    .transform(Number)
    .pipe(z.number().min(min, sentence).max(max, sentence));
}
