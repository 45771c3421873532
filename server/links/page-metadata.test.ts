import { describe, expect, it } from "vitest";
import { turnsDuring } from "@/test/support/turns";
import { PAGE_MAX_BYTES, readMetadata } from "./page-metadata";

const URL = "https://www.example.org/article";
const KB = 1_024;

function read(html: string, chunkBytes = 64 * KB, type = "text/html") {
  return readMetadata({ url: URL, type, body: inChunks(Buffer.from(html), chunkBytes) });
}

async function* inChunks(bytes: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}

it("prefers what a page says for this, and falls back on what pages always say", async () => {
  const full = `<html><head><title>Old</title><meta property="og:title" content="New &amp; shown">
    <meta name="description" content="Old words"><meta property="og:description" content="New words">
    <meta property="og:site_name" content="Example"><meta property="og:image" content="/a.png"></head>`;
  expect(await read(full)).toEqual({
    url: URL,
    title: "New & shown",
    description: "New words",
    site: "Example",
    pictureUrl: "https://www.example.org/a.png",
  });
  expect(await read("<title>\n Just\ta title </title>")).toEqual({
    url: URL,
    title: "Just a title",
    description: "",
    site: "example.org",
    pictureUrl: null,
  });
});

it("shows one line of what can be seen, and not without end", async () => {
  const page = await read(
    `<title>a\u0000\u202eb\u200b   c</title><meta name="description" content="${"x".repeat(10_000)}">`,
  );
  expect(page?.title).toBe("a b c");
  expect(page?.description).toHaveLength(400);
  expect(page?.description.endsWith("…")).toBe(true);
});

it("has nothing to say of a page that says nothing, or says it elsewhere than in its head", async () => {
  for (const html of ["", "<p>text</p>", "<title> </title>", "<body><title>late</title>", "{}", "<svg><title"]) {
    expect(await read(html)).toBeNull();
  }
});

it("takes the first of two, and no address that is none", async () => {
  const html = `<meta property="og:title" content="first"><meta property="og:title" content="second"><meta property="og:image" content="http://[">`;
  expect(await read(html)).toMatchObject({ title: "first", pictureUrl: null });
});

it("is the same in whatever pieces it comes, in its own encoding", async () => {
  const html = `<meta charset="utf-8"><title>Grüße aus 東京 &amp; anderswo</title><meta name="description" content="Ünï">`;
  for (const chunkBytes of [1, 2, 3, 7, 1_000]) {
    expect(await read(html, chunkBytes)).toMatchObject({ title: "Grüße aus 東京 & anderswo", description: "Ünï" });
  }
});

it("reads no further than the head, and no page beyond 256 KB", async () => {
  let asked = 0;
  async function* endless() {
    for (; ; asked++) yield Buffer.from(asked === 1 ? "<title>here</title></head>" : `<head>${" ".repeat(2 * KB)}`);
  }
  expect(await readMetadata({ url: URL, type: "text/html", body: endless() })).toMatchObject({ title: "here" });
  expect(asked).toBe(1);
  const late = (bytes: number) => `<!--${" ".repeat(bytes)}--><title>late</title>`;
  for (const chunkBytes of [64 * KB, 1_400]) {
    expect(await read(late(PAGE_MAX_BYTES - 100), chunkBytes)).toMatchObject({ title: "late" });
    expect(await read(late(PAGE_MAX_BYTES), chunkBytes)).toBeNull();
  }
});

describe("a page that is made to be slow keeps nobody else waiting:", () => {
  const fill = (part: string) => part.repeat(PAGE_MAX_BYTES / part.length);
  it.each([
    ["attributes", `<meta ${Array.from({ length: 40_000 }, (_, n) => `a${n}`).join(" ")}>`],
    ["tags that say things", Array.from({ length: 9_000 }, (_, n) => `<meta name=a${n} content=b>`).join("")],
    ["a title without an end", `<title>${fill("ab &amp; ")}`],
    ["a value without an end", `<meta name="description" content="${fill("&#x26;")}`],
  ])("%s", async (_, html) => {
    // One for each 8 KB.
    expect(await turnsDuring(read(html))).toBeGreaterThan(25);
  });

  it.each([
    ["tags within tags", fill("<b>")],
    ["tags that are closed and were never opened", fill("<b>").slice(PAGE_MAX_BYTES / 2) + fill("</i>")],
    ["drawings within drawings", fill("<svg><title>")],
  ])("%s", async (_, html) => {
    let asked = 0;
    async function* counted() {
      for await (const chunk of inChunks(Buffer.from(`<title>first</title>${html}`), 16 * KB)) {
        asked++;
        yield chunk;
      }
    }
    expect(await readMetadata({ url: URL, type: "text/html", body: counted() })).toMatchObject({ title: "first" });
    expect(asked).toBe(1);
  });
});
