import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitLinks } from "./links";

const hrefs = (text: string) => splitLinks(text).flatMap(({ href }) => href ?? []);
const linked = (text: string) => splitLinks(text).flatMap((part) => (part.href ? part.text : []));

describe("splitLinks", () => {
  it("finds an address between words", () => {
    expect(splitLinks("see https://example.org/a now")).toEqual([
      { text: "see " },
      { text: "https://example.org/a", href: "https://example.org/a" },
      { text: " now" },
    ]);
  });

  it.each([
    ["Read https://example.org.", "https://example.org"],
    ["Really https://example.org/?!", "https://example.org/"],
    ["(see https://example.org/a)", "https://example.org/a"],
    ["https://en.wikipedia.org/wiki/Adda_(South_Asian)", "https://en.wikipedia.org/wiki/Adda_(South_Asian)"],
    ["(https://en.wikipedia.org/wiki/Adda_(South_Asian)).", "https://en.wikipedia.org/wiki/Adda_(South_Asian)"],
    ['"https://example.org/q"', "https://example.org/q"],
    ["<https://example.org/q>", "https://example.org/q"],
    ["HTTPS://EXAMPLE.ORG/Q", "HTTPS://EXAMPLE.ORG/Q"],
    ["https://example.org/ঢাকা?q=১#আ", "https://example.org/ঢাকা?q=১#আ"],
  ])("leaves the sentence around it: %s", (text, address) => {
    expect(linked(text)).toEqual([address]);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,hi",
    "ftp://example.org",
    "example.org",
    "https://",
    "http://?",
    "https://[",
  ])("leaves alone what is no web address: %s", (text) => {
    expect(hrefs(text)).toEqual([]);
  });

  it("ends an address where the reading direction is turned", () => {
    expect(linked("https://example.org/\u202egro.live")).toEqual(["https://example.org/"]);
  });

  it("keeps every character of any text, and links only http and https", () => {
    const text = fc.array(
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("http://a", "https://b.c/", "(", ").", " ")),
    );
    fc.assert(
      fc.property(text, (pieces) => {
        const parts = splitLinks(pieces.join(""));
        expect(parts.map((part) => part.text).join("")).toBe(pieces.join(""));
        for (const { href } of parts) if (href) expect(href).toMatch(/^https?:\/\//);
      }),
    );
  });

  it.each([
    "https://a/".repeat(40_000),
    `https://a/${"(".repeat(400_000)}`,
    `https://a/${")".repeat(400_000)}`,
    `https://a/${"()".repeat(200_000)}`,
    "http".repeat(100_000),
  ])("is linear for hostile text of a hundred times the limit: %#", (text) => {
    const started = performance.now();
    splitLinks(text);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
