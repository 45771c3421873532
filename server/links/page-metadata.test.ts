import { describe, expect, it } from "vitest";
import { readMetadata } from "./page-metadata";

const URL = "https://www.example.org/article";
const PAGE_BYTES = 256 * 1024;

function read(html: string, type = "text/html") {
  return readMetadata({ url: URL, type, bytes: Buffer.from(html) });
}

it("prefers what a page says for this, and falls back on what pages always say", () => {
  const full = `<html><head><title>Old</title><meta property="og:title" content="New &amp; shown">
    <meta name="description" content="Old words"><meta property="og:description" content="New words">
    <meta property="og:site_name" content="Example"><meta property="og:image" content="/a.png"></head>`;
  expect(read(full)).toEqual({
    url: URL,
    title: "New & shown",
    description: "New words",
    site: "Example",
    pictureUrl: "https://www.example.org/a.png",
  });
  expect(read("<title>\n Just\ta title </title>")).toEqual({
    url: URL,
    title: "Just a title",
    description: "",
    site: "example.org",
    pictureUrl: null,
  });
});

it("shows one line of what can be seen, and not without end", () => {
  const page = read(`<title>a\u0000\u202eb\u200b   c</title><meta name="description" content="${"x".repeat(10_000)}">`);
  expect(page?.title).toBe("a b c");
  expect(page?.description).toHaveLength(400);
  expect(page?.description.endsWith("…")).toBe(true);
});

it("has nothing to say of a page that says nothing, or says it elsewhere than in its head", () => {
  for (const html of ["", "<p>text</p>", "<title> </title>", "<body><title>late</title>", "{}", "<svg><title"]) {
    expect(read(html)).toBeNull();
  }
});

it("takes the first of two, and no address that is none", () => {
  const html = `<meta property="og:title" content="first"><meta property="og:title" content="second"><meta property="og:image" content="http://[">`;
  expect(read(html)).toMatchObject({ title: "first", pictureUrl: null });
});

it("has its own encoding, and characters of many bytes wherever it is cut", () => {
  for (const before of [0, 1, 2, 3, 8_188, 8_189, 8_190, 8_191]) {
    const html = `<!--${"x".repeat(before)}--><title>Grüße aus 東京 &amp; anderswo</title><meta name="description" content="Ünï">`;
    expect(read(html)).toMatchObject({ title: "Grüße aus 東京 & anderswo", description: "Ünï" });
  }
});

describe("a page that is made to be slow says what it says at its start:", () => {
  const fill = (part: string) => part.repeat(PAGE_BYTES / part.length);
  it.each([
    ["attributes", `<meta ${Array.from({ length: 40_000 }, (_, n) => `a${n}`).join(" ")}>`],
    ["tags that say things", Array.from({ length: 9_000 }, (_, n) => `<meta name=a${n} content=b>`).join("")],
    ["a value without an end", `<meta name="description" content="${fill("&#x26;")}`],
    ["tags within tags", fill("<b>")],
    ["tags that are closed and were never opened", fill("<b>").slice(PAGE_BYTES / 2) + fill("</i>")],
    ["drawings within drawings", fill("<svg><title>")],
  ])("%s", (_, html) => {
    expect(read(`<title>first</title>${html}`)).toMatchObject({ title: "first" });
  });
});
