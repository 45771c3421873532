import type { Page } from "@playwright/test";
import type { Room } from "@/protocol/frames";
import { expect, NETWORK_TROUBLES, test } from "./fixtures";
import { comeBack } from "./network";
import { meet, uniqueName } from "./rooms";
import { chooseInRoomMenu, comeAlive, composer, expectSaid, log, message, openRoom, peopleHere, say } from "./talk";

test("somebody opens a room, another finds it, looks in and joins", async ({ as }) => {
  const name = uniqueName("Book club");
  const [grace, linus] = [await as("Grace"), await as("Linus")];

  await grace.getByRole("button", { name: "Create room" }).click();
  const dialog = grace.getByRole("dialog", { name: "Create room" });
  await dialog.getByRole("button", { name: "Create room" }).click();
  await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(/name/i);
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByRole("textbox", { name: "Topic" }).fill("What we read next");
  await dialog.getByRole("button", { name: "Create room" }).click();

  await expect(grace.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(grace).toHaveURL(/\/rooms\/book-club/);
  await expect(grace).toHaveTitle(`${name} · Adda`);
  await expect(log(grace)).toContainText("Nothing has been said here yet.");
  await comeAlive(grace);
  await say(grace, "Shall we begin with Middlemarch?");

  await linus.getByRole("link", { name: "Browse rooms" }).click();
  await linus.getByRole("searchbox", { name: "Search rooms" }).fill(name);
  await expect(roomsFound(linus)).toHaveText([/1 member.*What we read next/]);
  await roomsFound(linus).getByRole("link", { name }).click();
  await expect(message(linus, "Shall we begin with Middlemarch?")).toBeVisible();
  await expect(linus.getByText(`You’re previewing #${name} · 1 member`)).toBeVisible();
  await expect(composer(linus)).toHaveCount(0);
  await linus.getByRole("button", { name: "Join room" }).click();

  await comeAlive(linus);
  await expect(myRooms(linus).getByRole("link", { name })).toBeVisible();
  await say(linus, "Yes, do let us.");
  await expect(message(grace, "Yes, do let us.")).toBeVisible();
});

test("somebody leaves a room and is not in it any more", async ({ as, owner }) => {
  const room = await owner.call<Room>("POST", "/api/rooms", { name: uniqueName("Choir") });
  const grace = await as("Grace");
  await grace.goto(`/rooms/${room.slug}`);
  await grace.getByRole("button", { name: "Join room" }).click();
  await comeAlive(grace);

  await chooseInRoomMenu(grace, "Leave the room");
  await grace
    .getByRole("dialog", { name: `Leave ${room.name}?` })
    .getByRole("button", { name: "Leave" })
    .click();
  await expect(grace).toHaveURL(/\/rooms\/lobby$/);
  await comeAlive(grace);
  await expect(myRooms(grace).getByRole("link", { name: room.name })).toHaveCount(0);
  await grace.getByRole("link", { name: "Browse rooms" }).click();
  await grace.getByRole("searchbox", { name: "Search rooms" }).fill(room.name);
  await expect(roomsFound(grace)).toHaveCount(1);
  await expect(roomsFound(grace).getByRole("button", { name: `Join ${room.name}` })).toBeVisible();
});

test("a room that is renamed is so at once for everybody in it", async ({ as }) => {
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  const room = await meet("Kitchen", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);

  await chooseInRoomMenu(grace, "Edit the room");
  const dialog = grace.getByRole("dialog", { name: "Edit the room" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Bakery");
  await dialog.getByRole("textbox", { name: "Topic" }).fill("Bread and butter");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();

  for (const page of [grace, linus]) {
    await expect(page.getByRole("heading", { level: 1, name: "Bakery" })).toBeVisible();
    await expect(page.getByRole("main").getByText("Bread and butter").first()).toBeVisible();
    await expect(myRooms(page).getByRole("link", { name: "Bakery" })).toBeVisible();
    await expect(composer(page)).toHaveAccessibleName("Message Bakery");
  }
  await linus.reload();
  await expect(linus).toHaveURL(new RegExp(`/rooms/${room.slug}$`));
  await linus.getByRole("button", { name: "Room menu" }).click();
  await expect(linus.getByRole("menuitem", { name: "Members" })).toBeVisible();
  await expect(linus.getByRole("menuitem", { name: "Edit the room" })).toHaveCount(0);
});

test("an archived room can be read and not written, until it is brought back", async ({ as }) => {
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  const room = await meet("Old plans", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(linus, "Plan one");
  await expect(message(grace, "Plan one")).toBeVisible();

  await chooseInRoomMenu(grace, "Archive");
  await grace.getByRole("dialog", { name: "Archive Old plans?" }).getByRole("button", { name: "Archive" }).click();
  for (const page of [grace, linus]) {
    await expect(page.getByText("This room is archived.")).toBeVisible();
    await expect(composer(page)).toHaveCount(0);
    await expect(message(page, "Plan one")).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Rooms" }).getByText("Old plans")).toHaveCount(0);
  }

  await chooseInRoomMenu(grace, "Bring it back");
  await expect(composer(linus)).toBeVisible();
  await expect(myRooms(linus).getByRole("link", { name: "Old plans" })).toBeVisible();
  await say(linus, "Plan two");
  await expectSaid(grace, /Plan/, ["Plan one", "Plan two"]);
});

test("a few letters lead to any room", async ({ as }) => {
  const grace = await as("Grace");
  await grace.person.call("POST", "/api/rooms", { name: "Ålesund travel", kind: "closed" });
  await grace.reload();
  await comeAlive(grace);

  await grace.keyboard.press("Control+k");
  await grace.getByRole("combobox", { name: "Find a room" }).fill("ales");
  await expect(grace.getByRole("option", { name: "Ålesund travel" })).toBeVisible();
  await grace.keyboard.press("Enter");
  await expect(grace.getByRole("heading", { level: 1, name: "Ålesund travel" })).toBeVisible();
  await expect(peopleHere(grace)).toHaveAccessibleName("1 person here now");
});

test("an address without a room says so kindly", async ({ as, expectTroubles }) => {
  expectTroubles(/status of 404/);
  const grace = await as("Grace");
  await grace.goto("/rooms/no-such-room");
  await expect(grace.getByRole("heading", { name: "Room not found or private" })).toBeVisible();
  await grace.getByRole("link", { name: "Go to your rooms" }).click();
  await comeAlive(grace);

  await grace.goto("/nowhere");
  await expect(grace.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
});

test("an owner deletes a room, and everybody in it sees that at once", async ({ as, expectTroubles }) => {
  expectTroubles(/status of 404/);
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  const room = await meet("Old plans", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(linus, "Plan one");
  await expect(message(grace, "Plan one")).toBeVisible();
  await linus.getByRole("button", { name: "Room menu" }).click();
  await expect(linus.getByRole("menuitem", { name: "Members" })).toBeVisible();
  await expect(linus.getByRole("menuitem", { name: "Delete room" })).toHaveCount(0);

  await chooseInRoomMenu(grace, "Delete room");
  const dialog = grace.getByRole("dialog", { name: "Delete Old plans?" });
  await expect(dialog).toContainText("All its messages, files, links and invites are deleted for all 2 members.");
  const name = dialog.getByRole("textbox", { name: "Type Old plans to confirm" });
  await name.fill("Old plan");
  await dialog.getByRole("button", { name: "Delete room" }).click();
  await expect(name).toHaveAccessibleDescription("Type “Old plans” to confirm.");
  await name.fill("Old plans");
  await name.press("Enter");

  await expect(grace.getByText("Old plans was deleted.")).toBeVisible();
  await comeAlive(grace);
  await expect(linus.getByRole("heading", { name: "This room was deleted" })).toBeVisible();
  await expect(message(linus, "Plan one")).toHaveCount(0);
  for (const page of [grace, linus])
    await expect(myRooms(page).getByRole("link", { name: "Old plans" })).toHaveCount(0);
  await linus.reload();
  await expect(linus.getByRole("heading", { name: "Room not found or private" })).toBeVisible();

  await grace.getByRole("link", { name: "Lobby" }).click();
  await expect(grace.getByRole("heading", { level: 1, name: "Lobby" })).toBeVisible();
  await grace.getByRole("button", { name: "Room menu" }).click();
  await expect(grace.getByRole("menuitem", { name: "Members" })).toBeVisible();
  await expect(grace.getByRole("menuitem", { name: "Delete room" })).toHaveCount(0);
});

test("somebody who was away while a room was deleted is not told that they were removed", async ({
  as,
  expectTroubles,
}) => {
  expectTroubles(NETWORK_TROUBLES, /status of 404/);
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  const room = await meet("Old plans", [grace, linus]);
  await openRoom(linus, room);
  linus.network.cut();
  await expect(linus.getByText("You are offline.")).toBeVisible();
  await grace.person.call("DELETE", `/api/rooms/${room.id}`);
  await comeBack(linus);
  await expect(linus.getByRole("heading", { name: "Room not found or private" })).toBeVisible();
});

function myRooms(page: Page) {
  return page.getByRole("region", { name: "Rooms", exact: true });
}

/** What "Browse rooms" lists. */
function roomsFound(page: Page) {
  return page.getByRole("main").getByRole("list", { name: "Rooms" }).getByRole("listitem");
}
