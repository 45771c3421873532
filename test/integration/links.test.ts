import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, LookupFunction } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Links } from "@/server/links/links";
import { openLinks } from "@/server/links/open-links";
import { isPublicAddress } from "@/server/links/public-addresses";
import { Parsers } from "@/server/parsing/parsers";
import { picture } from "../support/hostile";

/** The loopback network plays the world: its first address is the open web, all others are somebody's own. */
const OPEN = "127.0.0.1";
const CLOSED = "127.0.0.2";
const PAGE = "<html><head><title>A page</title></head>";

const parsers = new Parsers();
let server: Server;
let port: number;
let opened: Links;
/** As one person's links are read. */
const links = {
  readPage: (url: string) => opened.readPage(url, "grace"),
  readPicture: (url: string) => opened.readPicture(url, "grace"),
};
let asked: { host: string; to: string; path: string; headers: IncomingMessage["headers"] }[];
let names: Record<string, string[] | (() => string[])>;
const answers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = "", headers, socket } = request;
    asked.push({ host: headers.host ?? "", to: socket.localAddress ?? "", path: url, headers });
    const answer = answers.get(url.split("?")[0] ?? "");
    if (answer) answer(request, response);
    else response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  ({ port } = server.address() as AddressInfo);
  opened = openLinks(parsers, { isAllowed: (address) => address === OPEN, ports: new Set([String(port)]), lookup });
});

afterAll(async () => {
  parsers.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  asked = [];
  names = { "open.test": [OPEN], "closed.test": [CLOSED] };
});

const lookup: LookupFunction = (hostname, _options, done) => {
  const found = names[hostname];
  const addresses = typeof found === "function" ? found() : found;
  if (!addresses) return done(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }), []);
  done(
    null,
    addresses.map((address) => ({ address, family: 4 })),
  );
};

const at = (host: string, path = "/") => `http://${host}:${port}${path}`;

function redirect(path: string, to: string): string {
  answers.set(path, (_, response) => response.writeHead(302, { location: to }).end());
  return at("open.test", path);
}

describe("a page is read", () => {
  it("with nothing of the reader's, and told by what it says", async () => {
    expect(await links.readPage(at("open.test", "/a?b=c#d"))).toEqual({
      url: at("open.test", "/a?b=c"),
      title: "A page",
      description: "",
      site: "open.test",
      pictureUrl: null,
    });
    const [{ headers, path } = { headers: {}, path: "" }] = asked;
    expect(path).toBe("/a?b=c");
    expect([headers.cookie, headers.referer, headers.authorization, headers.origin]).toEqual(Array(4).fill(undefined));
    expect(headers["user-agent"]).toBe("Adda (link preview)");
  });

  it("without a cookie that an earlier answer set", async () => {
    answers.set("/sets", (_, response) => response.writeHead(302, { location: "/then", "set-cookie": "a=b" }).end());
    expect(await links.readPage(at("open.test", "/sets"))).toMatchObject({ title: "A page" });
    expect(asked.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
  });

  it("after three redirects, and not after four", async () => {
    const third = redirect("/r3", "/end");
    redirect("/r2", "/r3");
    redirect("/r1", "/r2");
    expect(third).toBeTruthy();
    expect(await links.readPage(at("open.test", "/r1"))).toMatchObject({ url: at("open.test", "/end") });
    expect(await links.readPage(redirect("/r0", "/r1"))).toBeNull();
    redirect("/loop", "/loop");
    asked = [];
    expect(await links.readPage(at("open.test", "/loop"))).toBeNull();
    expect(asked).toHaveLength(4);
  });

  it("in its own encoding", async () => {
    answers.set("/latin", (_, response) =>
      response
        .writeHead(200, { "content-type": "text/html; charset=iso-8859-1" })
        .end(Buffer.from("<title>Gr\u00fc\u00dfe</title>", "latin1")),
    );
    answers.set("/meta", (_, response) =>
      response
        .writeHead(200, { "content-type": "text/html" })
        .end(Buffer.from(`<meta charset="windows-1252"><title>\u00dcber</title>`, "latin1")),
    );
    expect(await links.readPage(at("open.test", "/latin"))).toMatchObject({ title: "Grüße" });
    expect(await links.readPage(at("open.test", "/meta"))).toMatchObject({ title: "Über" });
  });
});

describe("nothing is connected to", () => {
  it.each([
    ["a name of a closed network", () => at("closed.test")],
    ["the address of a closed network", () => at(CLOSED)],
    ["the same as one number", () => at(String(0x7f000002))],
    ["the same in hexadecimal", () => at("0x7f.0.0.2")],
    ["the same in octal", () => at("0177.0.0.2")],
    ["the same shortened", () => at("127.2")],
    ["the same mapped into IPv6", () => at("[::ffff:127.0.0.2]")],
    ["the same mapped, in hexadecimal", () => at("[::ffff:7f00:2]")],
    ["this machine by IPv6", () => at("[::1]")],
    ["no address at all", () => at("0.0.0.0")],
    ["a provider's secrets", () => "http://169.254.169.254/latest/meta-data/"],
    ["a name that is nobody's", () => at("nowhere.test")],
    ["a port that is none of the web's", () => "http://open.test:6379/"],
    ["a user with a password", () => `http://me:secret@open.test:${port}/`],
    ["a file", () => "file:///etc/passwd"],
    ["another protocol", () => "gopher://open.test/"],
    ["a script", () => "javascript:alert(1)"],
    ["no address of anything", () => "http://"],
  ])("%s", async (_, make) => {
    expect(await links.readPage(make())).toBeNull();
    expect(await links.readPicture(make())).toBeNull();
    expect(asked).toEqual([]);
  });

  it("a name with a good and a bad address", async () => {
    names["both.test"] = [OPEN, CLOSED];
    expect(await links.readPage(at("both.test"))).toBeNull();
    expect(asked).toEqual([]);
  });

  it("a name that leads elsewhere the second time", async () => {
    let times = 0;
    names["turns.test"] = () => [times++ === 0 ? OPEN : CLOSED];
    expect(await links.readPage(at("turns.test"))).toMatchObject({ title: "A page" });
    expect(await links.readPage(at("turns.test"))).toBeNull();
    expect(asked.map(({ to }) => to.replace("::ffff:", ""))).toEqual([OPEN]);
  });

  it.each([
    ["a closed name", () => at("closed.test", "/secret")],
    ["a closed address", () => at(CLOSED, "/secret")],
    ["a mapped address", () => at("[::ffff:127.0.0.2]", "/secret")],
    ["a provider's secrets", () => "http://169.254.169.254/"],
    ["another port", () => "http://open.test:22/"],
    ["a file", () => "file:///etc/passwd"],
    ["a password", () => `http://me:secret@open.test:${port}/`],
  ])("%s that a redirect leads to", async (_, to) => {
    expect(await links.readPage(redirect("/away", to()))).toBeNull();
    expect(asked.map(({ path }) => path)).toEqual(["/away"]);
  });
});

describe("nothing is told of", () => {
  const html = { "content-type": "text/html" };
  it.each<[string, (response: ServerResponse) => void]>([
    ["what is no page", (response) => response.writeHead(200, { "content-type": "application/json" }).end(PAGE)],
    ["a page that is not there", (response) => response.writeHead(404, html).end(PAGE)],
    [
      "what is packed",
      (response) => response.writeHead(200, { ...html, "content-encoding": "gzip" }).end(gzipSync(PAGE)),
    ],
    [
      "a page that is cut off before its title",
      (response) =>
        void response.writeHead(200, { ...html, "content-length": 500 }).write("<ti", () => response.destroy()),
    ],
    ["an answer that is none", (response) => response.socket?.end("nonsense\r\n\r\n")],
    [
      "headers without an end",
      (response) => response.writeHead(200, { ...html, "x-long": "x".repeat(20_000) }).end(PAGE),
    ],
    [
      "a title that comes after 256 KB",
      (response) => response.writeHead(200, html).end(`<!--${"x".repeat(270_000)}-->${PAGE}`),
    ],
  ])("%s", async (_, answer) => {
    answers.set("/bad", (_request, response) => answer(response));
    expect(await links.readPage(at("open.test", "/bad"))).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it("a page that never ends is read for five seconds, 256 KB and its head", async () => {
    let sent = 0;
    answers.set("/endless", (_, response) => {
      response.writeHead(200, html).write("<title>A page</title>");
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(64 * 1024))) sent += 64 * 1024;
      };
      response.on("drain", more);
      more();
    });
    answers.set("/slow", (_, response) => {
      response.writeHead(200, html).write("<title>never");
      const timer = setInterval(() => response.write("x"), 100);
      response.on("close", () => clearInterval(timer));
    });
    expect(await links.readPage(at("open.test", "/endless"))).toMatchObject({ title: "A page" });
    expect(sent).toBeLessThan(20 * 1024 * 1024);
    answers.set("/held", (_, response) => void response.writeHead(200, html).write(PAGE));
    expect(await links.readPage(at("open.test", "/held"))).toMatchObject({ title: "A page" });
    const began = performance.now();
    expect(await links.readPage(at("open.test", "/slow"))).toBeNull();
    expect(performance.now() - began).toBeGreaterThan(4_500);
    expect(performance.now() - began).toBeLessThan(7_000);
  });
});

describe("a page that could end this process does not:", () => {
  const attributes = `<title>first</title><meta ${Array.from({ length: 20_000 }, (_, n) => `a${n}=b`).join(" ")}>`;
  const head = (length: number) => `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${length}\r\n\r\n`;

  it.each<[string, (response: ServerResponse) => void, object | null]>([
    [
      "20,000 attributes, and it closes at once",
      ({ socket }) => socket?.end(head(attributes.length) + attributes),
      { title: "first" },
    ],
    [
      "20,000 attributes, and it is cut off",
      ({ socket }) => socket?.write(head(attributes.length + 1) + attributes, () => socket.destroy()),
      null,
    ],
    [
      "20,000 attributes, and it resets the connection",
      ({ socket }) => socket?.write(head(attributes.length * 2) + attributes, () => socket.resetAndDestroy()),
      null,
    ],
    [
      "it switches protocols",
      ({ socket }) => socket?.end("HTTP/1.1 101 OK\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"),
      null,
    ],
    ["it says more than it announced", ({ socket }) => socket?.end(`${head(10)}${attributes}`), { title: "fir" }],
    [
      "it says a chunk's length that is none",
      ({ socket }) =>
        socket?.end("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
      null,
    ],
  ])("%s", async (_, answer, expected) => {
    answers.set("/deadly", (_request, response) => answer(response));
    const pages = await Promise.all(
      Array.from({ length: 5 }, (_, n) => opened.readPage(at("open.test", "/deadly"), `${n}`)),
    );
    for (const page of pages) {
      if (expected) expect(page).toMatchObject(expected);
      else expect(page).toBeNull();
    }
    expect(await links.readPage(at("open.test"))).toMatchObject({ title: "A page" });
  });
});

it("one person's links that nobody answers keep no other's waiting", async () => {
  const waiting: ServerResponse[] = [];
  let arrived = () => {};
  const two = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  answers.set("/never", (_, response) => {
    if (waiting.push(response) === 2) arrived();
  });
  const stuck = Array.from({ length: 10 }, (_, n) => links.readPage(at("open.test", `/never?${n}`)));
  await two;
  expect(await opened.readPage(at("open.test"), "linus")).toMatchObject({ title: "A page" });
  expect(waiting).toHaveLength(2);
  answers.set("/never", (_, response) => void response.end());
  for (const response of waiting) response.end();
  await Promise.all(stuck);
});

describe("a picture is read", () => {
  it("as its bytes, whole or not at all", async () => {
    const bytes = await picture().png().toBuffer();
    answers.set("/a.png", (_, response) => response.writeHead(200, { "content-type": "image/png" }).end(bytes));
    answers.set("/b.png", (_, response) =>
      response.writeHead(200, { "content-type": "image/png" }).end(Buffer.alloc(1_100_000)),
    );
    expect((await links.readPicture(at("open.test", "/a.png")))?.equals(bytes)).toBe(true);
    expect(await links.readPicture(at("open.test", "/b.png"))).toBeNull();
  });
});

it("without a test's word, this machine is no part of the web", async () => {
  const real = openLinks(parsers);
  expect(isPublicAddress(OPEN)).toBe(false);
  expect(await real.readPage(at("localhost"), "grace")).toBeNull();
  expect(await real.readPage(at(OPEN), "grace")).toBeNull();
  expect(asked).toEqual([]);
});
