import type { Page } from "@playwright/test";
import type { Room } from "@/protocol/frames";
import { expect, NETWORK_TROUBLES, test } from "./fixtures";
import { comeBack } from "./network";
import { uniqueName } from "./rooms";
import { seedRooms } from "./rows";
import { comeAlive, composer } from "./talk";

test("rooms come page by page, are searched, and are joined from the list", async ({ as, server }) => {
  const name = uniqueName("Orchard");
  await seedRooms(server, name, 120);
  const grace = await as("Grace");
  await grace.goto("/rooms/browse");
  await expect(found(grace).filter({ hasText: "Lobby" })).toHaveCount(1);
  await search(grace).fill(name);
  await expect(found(grace).filter({ hasText: "Lobby" })).toHaveCount(0);
  await expect(found(grace)).toHaveCount(50);
  await grace.getByRole("button", { name: "Load more" }).click();
  await expect(found(grace)).toHaveCount(100);
  await grace.getByRole("button", { name: "Load more" }).click();
  await expect(found(grace)).toHaveCount(120);
  await expect(grace.getByRole("button", { name: "Load more" })).toHaveCount(0);

  await search(grace).fill(`${name.toUpperCase()} 77`);
  await expect(found(grace)).toHaveCount(1);
  await expect(grace).toHaveURL(/\/rooms\/browse\?q=/);
  await grace.reload();
  await expect(found(grace)).toHaveCount(1);
  await expect(grace.getByRole("navigation", { name: "Rooms" })).not.toContainText(name);
  await grace.getByRole("button", { name: `Join ${name} 77` }).click();
  await expect(composer(grace)).toHaveAccessibleName(`Message ${name} 77`);
  await comeAlive(grace);
  await expect(
    grace.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: `${name} 77` }),
  ).toBeVisible();

  await grace.goBack();
  await expect(found(grace).filter({ hasText: "Joined" })).toHaveCount(1);
  await search(grace).fill("no room is called like this");
  await expect(grace.getByText("No rooms found")).toBeVisible();
});

test("my rooms and archived rooms have lists of their own", async ({ as }) => {
  const grace = await as("Grace");
  const [kept, old] = [uniqueName("Kept"), uniqueName("Old")];
  await grace.person.call("POST", "/api/rooms", { name: kept, kind: "closed" });
  const { slug } = await grace.person.call<Room>("POST", "/api/rooms", { name: old });
  await grace.person.call("PATCH", `/api/rooms/${slug}`, { archived: true });

  await grace.goto("/rooms/browse");
  await grace.getByRole("tab", { name: "My rooms" }).click();
  await expect(found(grace).getByRole("link", { name: kept })).toBeVisible();
  await expect(found(grace).filter({ hasText: old })).toHaveCount(0);
  await grace.getByRole("tab", { name: "Archived" }).click();
  await search(grace).fill(old);
  await expect(found(grace)).toHaveText([new RegExp(`${old}.*Archived`)]);
  await found(grace).getByRole("link", { name: old }).click();
  await expect(grace.getByText("This room is archived.")).toBeVisible();
});

test("without a connection the list says so, and loads by itself when it is back", async ({ as, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES);
  const grace = await as("Grace");
  const name = uniqueName("Lighthouse");
  await grace.person.call("POST", "/api/rooms", { name });
  await grace.goto("/rooms/browse");
  await expect(found(grace).first()).toBeVisible();

  grace.network.cut();
  await search(grace).fill(name);
  await expect(grace.getByText("You’re offline. Rooms load when you’re back.")).toBeVisible();
  await comeBack(grace);
  await expect(found(grace)).toHaveCount(1);
});

test("a few letters find a public room that one is not in", async ({ as, owner }) => {
  const name = uniqueName("Ågård sailing");
  await owner.call("POST", "/api/rooms", { name });
  const grace = await as("Grace");
  await grace.keyboard.press("Control+k");
  await grace.getByRole("combobox", { name: "Find a room" }).fill(name.replace("Ågård", "agard"));
  await expect(grace.getByRole("option", { name })).toContainText("Public room");
  await grace.keyboard.press("Enter");
  await expect(grace.getByText(`You’re previewing #${name} · 1 member`)).toBeVisible();
});

function search(page: Page) {
  return page.getByRole("searchbox", { name: "Search rooms" });
}

/** What "Browse rooms" lists. */
function found(page: Page) {
  return page.getByRole("main").getByRole("list", { name: "Rooms" }).getByRole("listitem");
}
