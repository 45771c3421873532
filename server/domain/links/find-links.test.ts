import fc from "fast-check";
import { expect, it } from "vitest";
import { findLinks } from "./find-links";

it.each([
  ["see https://example.org/a.", ["https://example.org/a"]],
  ["(https://example.org/a_(b)).", ["https://example.org/a_(b)"]],
  ["[text](https://example.org/a?b=c&d=[e])", ["https://example.org/a?b=c&d=[e]"]],
  ["http://a.example/ and https://b.example/x, twice: http://a.example/", ["http://a.example/", "https://b.example/x"]],
  ["<https://example.org>", ["https://example.org"]],
  ["**https://example.org/**", ["https://example.org/"]],
  ["ftp://example.org javascript://x mailto:a@b.c example.org //example.org", []],
  ["https:// http://[ https://", []],
  ["https://例え.jp/道", ["https://例え.jp/道"]],
])("%s", (text, links) => {
  expect(findLinks(text)).toEqual(links);
});

it("finds at most ten, none of them endless", () => {
  const many = Array.from({ length: 50 }, (_, n) => `https://example.org/${n}`).join(" ");
  expect(findLinks(many)).toHaveLength(10);
  expect(findLinks(`https://example.org/${"a".repeat(2_000)}`)).toEqual([]);
});

it("reads any text, and finds nothing that is no address", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("https://", "(", ")", "[", "]", ".", "a", " ", "/", "@", "*") }),
      (text) => {
        for (const link of findLinks(text)) expect(URL.canParse(link)).toBe(true);
      },
    ),
  );
});
