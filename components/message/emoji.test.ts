import { expect, it } from "vitest";
import { isJumboEmoji } from "./emoji";

it.each(["👍", "🎉 🎉", "👩🏽‍❤️‍💋‍👨🏾", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇮🇳🇧🇩", "❤️", "1️⃣", "👨‍👩‍👧‍👦\n👍"])("shows %s larger", (text) => {
  expect(isJumboEmoji(text)).toBe(true);
});

it.each(["", " ", "ok 👍", "1", "#", "©", "❤", "☕ time", "👍".repeat(7), "é"])("shows %s as text", (text) => {
  expect(isJumboEmoji(text)).toBe(false);
});
