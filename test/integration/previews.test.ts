import { createServer, type Server } from "node:http";
import type { AddressInfo, LookupFunction } from "node:net";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RoomFile } from "@/protocol/files";
import type { Message } from "@/protocol/frames";
import type { LinkPreview, RoomLink } from "@/protocol/links";
import { setConfig } from "@/server/config";
import { deleteMessage } from "@/server/domain/deletion";
import { forgetRemoved } from "@/server/domain/files/removal";
import { listMessages } from "@/server/domain/history";
import { linkUp } from "@/server/domain/links/previews";
import { joinRoom } from "@/server/domain/memberships";
import { type NewMessage, type Posted, postMessage } from "@/server/domain/messages";
import { createRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { openLinks } from "@/server/links/open-links";
import { Parsers } from "@/server/parsing/parsers";
import { setShared } from "@/server/shared";
import { testConfig, useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { picture } from "../support/hostile";
import { newPerson } from "../support/people";
import { rest, tokenOf } from "../support/rest";

const shared = useTestDomain();
const { upload, get, objects } = useTestFiles();

const parsers = new Parsers();
let server: Server;
let site: string;
let names = 0;

beforeAll(async () => {
  const photo = await picture().resize(900, 600).jpeg().toBuffer();
  server = createServer((request, response) => {
    if (request.url === "/photo.jpg") return response.writeHead(200, { "content-type": "image/jpeg" }).end(photo);
    if (request.url === "/none") return response.writeHead(404).end();
    response.writeHead(200, { "content-type": "text/html" });
    const image = request.url === "/plain" ? "" : `<meta property="og:image" content="/photo.jpg">`;
    response.end(`<title>An article</title><meta name="description" content="All about it">${image}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  site = `http://site.test:${port}`;
  const lookup: LookupFunction = (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
  const links = openLinks(parsers, {
    isAllowed: (address) => address === "127.0.0.1",
    ports: new Set([`${port}`]),
    lookup,
  });
  setShared({ ...shared(), links });
});

afterAll(async () => {
  parsers.close();
  await new Promise((resolve) => server.close(resolve));
});

async function newRoom() {
  const grace = await newPerson("Grace");
  return { grace, room: await createRoom(grace, { name: `Links ${++names}` }) };
}

/** What is told of a room, one change after the other. */
async function listen(roomId: string) {
  const heard: Message[] = [];
  let wake = () => {};
  await shared().backplane.subscribe(roomId, (event) => {
    if (event.type === "changes") heard.push(...event.changes.map(({ json }) => JSON.parse(json) as Message));
    wake();
  });
  return async function next(): Promise<Message> {
    while (heard.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return heard.shift() as Message;
  };
}

describe("a message with a link", () => {
  it("is there at once, and then changes into one that shows what the page says of itself", async () => {
    const { grace, room } = await newRoom();
    const next = await listen(room.id);
    const { message } = await post(grace, room.id, { message: `See ${site}/article.` });
    expect(message).not.toHaveProperty("links");
    expect(await next()).toEqual(message);

    const changed = await next();
    expect(changed).toMatchObject({ id: message.id, seq: 1, rev: 2, message: message.message });
    const [link] = changed.links as [LinkPreview];
    expect(link).toEqual({
      url: `${site}/article`,
      title: "An article",
      description: "All about it",
      site: "site.test",
      picture: {
        width: 900,
        height: 600,
        placeholder: expect.stringMatching(/^data:image\/webp;base64,/),
        small: expect.stringMatching(/^\/files\/[\w-]+\/small$/),
        large: expect.stringMatching(/^\/files\/[\w-]+\/large$/),
      },
    });
    expect((await listMessages(grace, room.id)).messages).toEqual([changed]);
    const shown = await get(grace, link.picture?.small ?? "");
    expect(await sharp(Buffer.from(await shown.arrayBuffer())).metadata()).toMatchObject({
      format: "webp",
      width: 480,
    });
  });

  it("whose page has no picture shows it without one, and one that cannot be read shows nothing", async () => {
    const { grace, room } = await newRoom();
    const next = await listen(room.id);
    await post(grace, room.id, { message: `${site}/none and ${site}/article` });
    await post(grace, room.id, { message: `${site}/plain` });
    const told = [await next(), await next(), await next()];
    expect(told.map(({ seq, rev }) => [seq, rev])).toEqual([
      [1, 1],
      [2, 2],
      [2, 3],
    ]);
    expect(told[2]?.links).toEqual([
      { url: `${site}/plain`, title: "An article", description: "All about it", site: "site.test" },
    ]);
  });

  it("of many at the same moment keeps no more pictures of pages than the room may store", async () => {
    const { grace, room } = await newRoom();
    const next = await listen(room.id);
    const pictures = () => shared().prisma.file.findMany({ where: { roomId: room.id, purpose: "link" } });
    await post(grace, room.id, { message: `${site}/article` });
    await next();
    await next();
    const [first] = await pictures();
    setConfig(testConfig({ STORAGE_BYTES_PER_ROOM: String(Math.round(Number(first?.storedBytes) * 2.5)) }));
    for (let n = 0; n < 6; n++) {
      const person = await newPerson(`Person${n}`);
      await joinRoom(person, room.id);
      void post(person, room.id, { message: `${site}/article` });
    }
    const shown = new Set<string>();
    while (shown.size < 6) {
      const { id, links } = await next();
      if (links) shown.add(id);
    }
    setConfig(testConfig());
    expect(await pictures()).toHaveLength(2);
  });

  it("is left alone when its sender or the operator says so", async () => {
    const { grace, room } = await newRoom();
    const next = await listen(room.id);
    await post(grace, room.id, { message: `${site}/article`, previews: false });
    setConfig(testConfig({ LINK_PREVIEWS: "false" }));
    await post(grace, room.id, { message: `${site}/article` });
    setConfig(testConfig());
    await post(grace, room.id, { message: `${site}/plain` });
    const told = [await next(), await next(), await next(), await next()];
    expect(told.map(({ seq, rev }) => [seq, rev])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [3, 4],
    ]);
  });

  it("loses its preview when its sender takes it off, and nobody else can", async () => {
    const { grace, room } = await newRoom();
    const linus = await newPerson("Linus");
    const before = await objects();
    const next = await listen(room.id);
    const { message } = await post(grace, room.id, { message: `${site}/article` });
    await next();
    const picture = (await next()).links?.[0]?.picture?.small ?? "";
    const address = `/api/rooms/${room.slug}/messages/${message.id}/links`;
    expect(await rest("DELETE", address, await tokenOf(linus))).toMatchObject({ status: 403 });
    expect(await rest("DELETE", address, await tokenOf(grace))).toMatchObject({ status: 204 });
    expect(await rest("DELETE", address, await tokenOf(grace))).toMatchObject({ status: 204 });
    const changed = await next();
    expect(changed).toEqual({ ...message, rev: 3 });
    expect((await get(grace, picture)).status).toBe(404);
    await forgetRemoved();
    expect(await objects()).toEqual(before);
    const nowhere = `/api/rooms/${room.slug}/messages/${room.id}/links`;
    expect(await rest("DELETE", nowhere, await tokenOf(grace))).toMatchObject({ status: 404 });
  });

  it("takes its links and their pictures with it when it goes", async () => {
    const { grace, room } = await newRoom();
    const before = await objects();
    const next = await listen(room.id);
    const { message } = await post(grace, room.id, { message: `${site}/article` });
    await next();
    const picture = (await next()).links?.[0]?.picture?.small ?? "";
    await deleteMessage(grace, room.id, message.id);
    expect((await get(grace, picture)).status).toBe(404);
    await forgetRemoved();
    expect(await objects()).toEqual(before);
    expect(await shared().prisma.link.count({ where: { roomId: room.id } })).toBe(0);
  });
});

it("a picture of a page whose message is deleted before the picture is stored is not kept", async () => {
  const { grace, room } = await newRoom();
  const before = await objects();
  const { message } = await post(grace, room.id, { message: `${site}/article`, previews: false });
  const { storage } = shared();
  let stored = 0;
  const putFile = async (key: string, path: string) => {
    await deleteMessage(grace, room.id, message.id);
    await forgetRemoved();
    await storage.putFile(key, path);
    stored++;
  };
  setShared({ ...shared(), storage: { ...storage, putFile } });
  await linkUp(message, { wantsPreview: true });
  setShared({ ...shared(), storage });
  expect(stored).toBeGreaterThan(0);
  expect(await shared().prisma.file.count({ where: { roomId: room.id } })).toBe(0);
  expect(await objects()).toEqual(before);
});

describe("the files and links of a room", () => {
  it("come page by page, the newest first, and are found by name, description, title and person", async () => {
    const { grace, room } = await newRoom();
    const asGrace = await tokenOf(grace);
    const next = await listen(room.id);
    const photo = await upload(grace, room.id, {
      name: "Harbour 100%.png",
      bytes: await picture().png().toBuffer(),
      alt: "Ships",
    });
    const notes = await upload(grace, room.id, { name: "notes_a.txt", bytes: Buffer.from("notes") });
    const unsent = await upload(grace, room.id, { name: "unsent.txt", bytes: Buffer.from("unsent") });
    await post(grace, room.id, { message: "", files: [photo.id, notes.id] });
    await next();
    await post(grace, room.id, { message: `${site}/article ${site}/other` });
    await next();
    await next();

    const files = async (query: string) => {
      const answer = await rest<{ files: RoomFile[]; more: boolean }>(
        "GET",
        `/api/rooms/${room.slug}/files${query}`,
        asGrace,
      );
      expect(answer.status).toBe(200);
      return { ...answer.body, ids: answer.body.files.map(({ id }) => id) };
    };
    const all = await files("");
    expect(all.files[1]).toEqual({ ...photo, seq: 1, sender: "Grace", senderId: grace.id, sentAt: expect.any(String) });
    expect(all.ids).toEqual([notes.id, photo.id]);
    expect(all.ids).not.toContain(unsent.id);
    expect(await files("?limit=1")).toMatchObject({ ids: [notes.id], more: true });
    expect(await files(`?limit=1&before=${notes.id}`)).toMatchObject({ ids: [photo.id], more: false });
    for (const [query, ids] of [
      ["?show=pictures", [photo.id]],
      ["?show=files", [notes.id]],
      ["?q=HARBOUR", [photo.id]],
      ["?q=100%25", [photo.id]],
      ["?q=s_a", [notes.id]],
      ["?q=ships", [photo.id]],
      ["?q=grace", [notes.id, photo.id]],
      ["?q=%25", [photo.id]],
      ["?q=nothing", []],
    ] as const) {
      expect((await files(query)).ids, query).toEqual(ids);
    }

    const links = async (query: string) => {
      const answer = await rest<{ links: RoomLink[]; more: boolean }>(
        "GET",
        `/api/rooms/${room.slug}/links${query}`,
        asGrace,
      );
      return answer.body;
    };
    const both = await links("");
    expect(both.links.map(({ url, title, seq, sender }) => [url, title, seq, sender]).sort()).toEqual([
      [`${site}/article`, "An article", 2, "Grace"],
      [`${site}/other`, "", 2, "Grace"],
    ]);
    const [newest, oldest] = both.links;
    expect(await links("?limit=1")).toEqual({ links: [newest], more: true });
    expect(await links(`?limit=1&before=${newest?.id}`)).toEqual({ links: [oldest], more: false });
    expect((await links("?q=AN%20ART")).links.map(({ url }) => url)).toEqual([`${site}/article`]);
    expect((await links("?q=/other")).links.map(({ url }) => url)).toEqual([`${site}/other`]);
  });

  it.each(["?limit=0", "?limit=201", "?show=all", "?before=x", `?q=${"q".repeat(101)}`])(
    "refuse %s by name",
    async (query) => {
      const { grace, room } = await newRoom();
      const refused = await rest("GET", `/api/rooms/${room.slug}/files${query}`, await tokenOf(grace));
      expect(refused).toMatchObject({
        status: 400,
        body: { error: { code: "invalid", field: query.slice(1).split("=")[0] } },
      });
    },
  );
});

function post(viewer: Viewer, roomId: string, given: NewMessage): Promise<Posted> {
  return new Promise((resolve, reject) => {
    postMessage(viewer, roomId, given, (posted) => ("error" in posted ? reject(posted.error) : resolve(posted)));
  });
}
