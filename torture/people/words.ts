import { MESSAGE_MAX_LENGTH } from "@/protocol/limits";
import type { Random } from "../random";

const ORNAMENTS = [
  "",
  "",
  "",
  "",
  " 👩‍👩‍👧‍👦 ünïcödé",
  " <b>&amp;</b>",
  ' "quoted" \\ back',
  " two\nlines",
  " \u2028\u202e",
];

/** What somebody says: never the same twice, mostly short, now and then as long as it may be. */
export function makeWords(random: Random, name: string, number: number): string {
  const words = `${name} says ${number}${random.pick(ORNAMENTS)}`;
  return random.chance(0.02) ? words.padEnd(random.whole(200, MESSAGE_MAX_LENGTH), " and so on") : words;
}
