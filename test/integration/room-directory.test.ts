import { expect, it } from "vitest";
import type { RoomPage } from "@/protocol/rooms";
import { joinRoom } from "@/server/domain/memberships";
import { browseRooms, listMyRooms, listSidebarRooms, SIDEBAR_ROOMS_MAX } from "@/server/domain/room-directory";
import { createRoom, rememberVisit, updateRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { useTestDomain } from "../support/domain";
import { newPerson } from "../support/people";
import { rest, tokenOf } from "../support/rest";

const shared = useTestDomain({ SIGN_UPS_PER_ADDRESS_PER_HOUR: "1000" });

/** Rooms that nobody is in, past every limit. */
async function seedRooms(count: number, name: string, kind: "open" | "closed" = "open"): Promise<void> {
  await shared().pool.query(
    `INSERT INTO "Room" (id, slug, name, kind)
     SELECT gen_random_uuid(), $2 || '-' || n, $2 || ' ' || n, $3::"RoomKind" FROM generate_series(1, $1::int) n`,
    [count, name, kind],
  );
}

async function namesOf(viewer: Viewer, asked: Parameters<typeof browseRooms>[1]): Promise<string[]> {
  return (await browseRooms(viewer, { limit: 200, ...asked })).rooms.map(({ name }) => name);
}

it("has mine and the public ones by name, and finds them by name and topic without case or accents", async () => {
  const [ada, grace] = [await newPerson("Ada"), await newPerson("Grace")];
  for (const [viewer, name, kind, topic] of [
    [ada, "qq Ålesund", "open", ""],
    [ada, "QQ Bergen", "open", "Fjörds 100%"],
    [ada, "qq secret", "closed", ""],
    [grace, "qq Cork", "closed", ""],
  ] as const) {
    await createRoom(viewer, { name, kind, topic });
  }
  // Which of its collations the database sorts by is the machine's to say.
  expect((await namesOf(grace, { query: "QQ" })).sort()).toEqual(["QQ Bergen", "qq Cork", "qq Ålesund"]);
  expect(await namesOf(grace, { query: "ALES" })).toEqual(["qq Ålesund"]);
  expect(await namesOf(grace, { query: "fjords" })).toEqual(["QQ Bergen"]);
  expect(await namesOf(grace, { query: "100%" })).toEqual(["QQ Bergen"]);
  expect(await namesOf(grace, { query: "qq_" })).toEqual([]);
  expect(await namesOf(grace, { query: "secret" })).toEqual([]);
});

it("tells public, joined and archived rooms apart", async () => {
  const [ada, grace] = [await newPerson("Ada"), await newPerson("Grace")];
  const open = await createRoom(ada, { name: "rr open" });
  const closed = await createRoom(grace, { name: "rr closed", kind: "closed" });
  const old = await createRoom(ada, { name: "rr old" });
  await updateRoom(ada, old.id, { archived: true });
  const hidden = await createRoom(ada, { name: "rr hidden", kind: "closed" });
  await updateRoom(ada, hidden.id, { archived: true });

  expect(await namesOf(grace, { query: "rr ", filter: "public" })).toEqual(["rr open"]);
  expect(await namesOf(grace, { query: "rr ", filter: "joined" })).toEqual(["rr closed"]);
  expect(await namesOf(grace, { query: "rr ", filter: "archived" })).toEqual(["rr old"]);
  expect(await namesOf(grace, { query: "rr " })).toEqual(["rr closed", "rr old", "rr open"]);
  await joinRoom(grace, open.id);
  expect((await browseRooms(grace, { query: "rr open" })).rooms).toMatchObject([{ joined: true, members: 2 }]);
  expect((await listMyRooms(ada)).map(({ id }) => id)).toEqual(expect.arrayContaining([open.id, old.id, hidden.id]));
  expect((await listMyRooms(ada)).map(({ id }) => id)).not.toContain(closed.id);
});

it("gives each of ten thousand rooms once, page by page, also while others are created and deleted", async () => {
  const ada = await newPerson("Ada");
  await seedRooms(10_000, "zz");
  await seedRooms(50, "zz private", "closed");
  const seen: string[] = [];
  let after: string | undefined;
  let pages = 0;
  do {
    const page: RoomPage = await browseRooms(ada, { query: "zz", after, limit: 200, filter: "public" });
    seen.push(...page.rooms.map(({ name }) => name));
    if (pages++ === 10) {
      await createRoom(ada, { name: "zz 0000 comes before what was seen" });
      const last = page.rooms.at(-1)?.id;
      await shared().pool.query(`UPDATE "Room" SET "deletedAt" = now() WHERE id = $1`, [last]);
    }
    after = page.next ?? undefined;
  } while (after);
  expect(pages).toBe(50);
  expect(seen).toHaveLength(10_000);
  expect(new Set(seen).size).toBe(10_000);
});

it("answers GET /api/rooms in pages and GET /api/me/rooms with mine", async () => {
  const grace = await newPerson("Grace");
  const asGrace = await tokenOf(grace);
  await seedRooms(60, "ww");
  const first = await rest<RoomPage>("GET", "/api/rooms?query=ww", asGrace);
  expect(first.body.rooms).toHaveLength(50);
  const second = await rest<RoomPage>("GET", `/api/rooms?query=ww&after=${first.body.next}`, asGrace);
  expect(second.body.rooms).toHaveLength(10);
  expect(second.body.next).toBeNull();
  const own = await rest<RoomPage>("GET", "/api/me/rooms", asGrace);
  expect(own.body).toEqual({ rooms: [expect.objectContaining({ slug: "lobby", joined: true, kind: "open" })] });

  const bad = Buffer.from('["a","b"]').toString("base64url");
  for (const query of [`after=${bad}`, "after=%00", `after=${"A".repeat(5_000)}`, "limit=201", "filter=mine"]) {
    expect(await rest("GET", `/api/rooms?${query}`, asGrace)).toMatchObject({ status: 400 });
  }
  expect(await rest("GET", `/api/rooms?query=${"q".repeat(101)}`, asGrace)).toMatchObject({ status: 400 });
});

it("puts no more than the last visited rooms into every page, and no archived one", async () => {
  const grace = await newPerson("Grace");
  const old = await createRoom(grace, { name: "xx old" });
  await updateRoom(grace, old.id, { archived: true });
  await seedRooms(SIDEBAR_ROOMS_MAX + 5, "vv", "closed");
  await shared().pool.query(
    `INSERT INTO "Membership" ("roomId", "userId") SELECT id, $1 FROM "Room" WHERE slug LIKE 'vv-%'`,
    [grace.id],
  );
  const visited = await createRoom(grace, { name: "vv visited" });
  await rememberVisit(grace, visited.id);
  const ids = (await listSidebarRooms(grace)).map(({ id }) => id);
  expect(ids).toHaveLength(SIDEBAR_ROOMS_MAX);
  expect(ids).toContain(visited.id);
  expect(ids).not.toContain(old.id);
});
