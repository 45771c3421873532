import { expect, it } from "vitest";
import { readMetadata } from "./page-metadata";

const URL = "https://www.example.org/article";

it("prefers what a page says for this, and falls back on what pages always say", () => {
  const full = `<html><head><title>Old</title><meta property="og:title" content="New &amp; shown">
    <meta name="description" content="Old words"><meta property="og:description" content="New words">
    <meta property="og:site_name" content="Example"><meta property="og:image" content="/a.png"></head>`;
  expect(readMetadata(full, URL)).toEqual({
    url: URL,
    title: "New & shown",
    description: "New words",
    site: "Example",
    pictureUrl: "https://www.example.org/a.png",
  });
  expect(readMetadata("<title>\n Just\ta title </title>", URL)).toEqual({
    url: URL,
    title: "Just a title",
    description: "",
    site: "example.org",
    pictureUrl: null,
  });
});

it("shows one line of what can be seen, and not without end", () => {
  const page = readMetadata(
    `<title>a\u0000\u202eb\u200b   c</title><meta name="description" content="${"x".repeat(10_000)}">`,
    URL,
  );
  expect(page?.title).toBe("a b c");
  expect(page?.description).toHaveLength(400);
  expect(page?.description.endsWith("…")).toBe(true);
});

it("has nothing to say of a page that says nothing, or says it elsewhere than in its head", () => {
  for (const html of ["", "<p>text</p>", "<title> </title>", "<body><title>late</title>", "{}", "<svg><title"]) {
    expect(readMetadata(html, URL)).toBeNull();
  }
});

it("takes the first of two, and no address that is none", () => {
  const html = `<meta property="og:title" content="first"><meta property="og:title" content="second"><meta property="og:image" content="http://[">`;
  expect(readMetadata(html, URL)).toMatchObject({ title: "first", pictureUrl: null });
});
