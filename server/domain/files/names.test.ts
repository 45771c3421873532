import fc from "fast-check";
import { expect, it } from "vitest";
import { seenName } from "./names";

it.each([
  ["a plain name", "notes (2).txt", "notes (2).txt"],
  ["letters of many scripts", "Übersicht 東京 отчёт.pdf", "Übersicht 東京 отчёт.pdf"],
  ["letters that are kept apart in Persian", "می\u200cخواهم.txt", "می\u200cخواهم.txt"],
  ["letters that are joined in Devanagari", "क्\u200dष.txt", "क्\u200dष.txt"],
  ["a family of emoji", "👩\u200d👩\u200d👧.png", "👩\u200d👩\u200d👧.png"],
  ["an emoji of many parts", "🏳\ufe0f\u200d🌈 👩🏽\u200d💻 ❤\ufe0f.png", "🏳\ufe0f\u200d🌈 👩🏽\u200d💻 ❤\ufe0f.png"],
  ["a key", "1\ufe0f\u20e3.png", "1\ufe0f\u20e3.png"],
  ["a space that a system writes itself", "Screenshot 10.00\u202fAM.png", "Screenshot 10.00 AM.png"],
])("leaves %s", (_, given, expected) => {
  expect(seenName(given)).toBe(expected);
});

it.each([
  ["slashes of full width", "..／..／etc／passwd", "..-..-etc-passwd"],
  ["backslashes of full width", "C：＼Windows＼win.ini", "C--Windows-win.ini"],
  ["a slash of mathematics", "a∕b⁄c.txt", "a-b-c.txt"],
  ["a soft hyphen", "photo.p\u00adng.exe", "photo.png.exe"],
  ["a joiner of graphemes", "a\u034fb.txt", "ab.txt"],
  ["fillers of Hangul", "photo.png\u3164\u3164\u115f\uffa0.exe", "photo.png.exe"],
  ["blank Braille", "photo.png\u2800\u2800.exe", "photo.png.exe"],
  ["a row of spaces", `photo.png${"\u00a0 \u3000".repeat(20)}.exe`, "photo.png .exe"],
  ["selectors that select nothing", "pho\ufe0fto\ufe00.p\ufe0eng", "photo.png"],
  ["selectors of ideographs that follow none", "photo\u{e0100}.exe", "photo.exe"],
  ["tags", "a\u{e0065}\u{e0078}\u{e007f}.txt", "a.txt"],
  ["joiners between letters of Latin", "pa\u200dss\u200cword.e\u200cxe", "password.exe"],
  ["joiners at the end", "a.exe\u200d\u200c", "a.exe"],
  ["marks of music", "a\u{1d173}b.mp3", "ab.mp3"],
  ["dots and spaces at the end", "setup.exe. . .", "setup.exe"],
])("mends %s", (_, given, expected) => {
  expect(seenName(given)).toBe(expected);
});

it.each([["\u3164"], ["\u{e0041}\u00ad"], ["\u200d\ufe0f"]])("gives what was nothing to see a name (%j)", (given) => {
  expect(seenName(given)).toBe("file");
});

it("mends once and for all, and leaves nothing empty but what was", () => {
  const unit = fc.constantFrom(..."a.E /：／ \u200d\u200c\ufe0f\u3164\u00ad👩म東1\u20e3", "\u{e0041}", "\u{e0100}");
  fc.assert(
    fc.property(fc.string({ unit }), (given) => {
      const name = seenName(given);
      expect(seenName(name)).toBe(name);
      expect(name === "").toBe(given.trim() === "");
    }),
    { numRuns: 2_000 },
  );
});
