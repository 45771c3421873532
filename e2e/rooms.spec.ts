import type { Page } from "@playwright/test";
import type { Room } from "@/protocol/frames";
import { expect, test } from "./fixtures";
import { meet, uniqueName } from "./rooms";
import { chooseInRoomMenu, comeAlive, composer, expectSaid, log, message, openRoom, peopleHere, say } from "./talk";

test("somebody opens a room, another finds it, looks in and joins", async ({ as }) => {
  const name = uniqueName("Book club");
  const [grace, linus] = [await as("Grace"), await as("Linus")];

  await grace.getByRole("button", { name: "New room" }).click();
  const dialog = grace.getByRole("dialog", { name: "New room" });
  await dialog.getByRole("button", { name: "Open the room" }).click();
  await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(/name/i);
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByRole("textbox", { name: "Topic" }).fill("What we read next");
  await dialog.getByRole("button", { name: "Open the room" }).click();

  await expect(grace.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(grace).toHaveURL(/\/rooms\/book-club/);
  await expect(grace).toHaveTitle(`${name} · Adda`);
  await expect(log(grace)).toContainText("Nothing has been said here yet.");
  await comeAlive(grace);
  await say(grace, "Shall we begin with Middlemarch?");

  await linus.reload();
  await comeAlive(linus);
  const open = linus.getByRole("region", { name: "Open to join" });
  await open.getByRole("link", { name }).click();
  await expect(message(linus, "Shall we begin with Middlemarch?")).toBeVisible();
  await expect(linus.getByText("You are looking in from outside. 1 member inside.")).toBeVisible();
  await expect(composer(linus)).toHaveCount(0);
  await linus.getByRole("button", { name: "Join this room" }).click();

  await comeAlive(linus);
  await expect(myRooms(linus).getByRole("link", { name })).toBeVisible();
  await say(linus, "Yes, do let us.");
  await expect(message(grace, "Yes, do let us.")).toBeVisible();
});

test("somebody leaves a room and is not in it any more", async ({ as, owner }) => {
  const room = await owner.call<Room>("POST", "/api/rooms", { name: uniqueName("Choir") });
  const grace = await as("Grace");
  await grace.goto(`/rooms/${room.slug}`);
  await grace.getByRole("button", { name: "Join this room" }).click();
  await comeAlive(grace);

  await chooseInRoomMenu(grace, "Leave the room");
  await grace
    .getByRole("dialog", { name: `Leave ${room.name}?` })
    .getByRole("button", { name: "Leave" })
    .click();
  await expect(grace).toHaveURL(/\/rooms\/lobby$/);
  await comeAlive(grace);
  await expect(myRooms(grace).getByRole("link", { name: room.name })).toHaveCount(0);
  await expect(
    grace.getByRole("region", { name: "Open to join" }).getByRole("link", { name: room.name }),
  ).toBeVisible();
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
    await expect(page.getByRole("navigation", { name: "Rooms" }).getByText("Archived")).toBeVisible();
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
  await expect(grace.getByRole("heading", { name: "There is no room here for you" })).toBeVisible();
  await grace.getByRole("link", { name: "Go to your rooms" }).click();
  await comeAlive(grace);

  await grace.goto("/nowhere");
  await expect(grace.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
});

function myRooms(page: Page) {
  return page.getByRole("region", { name: "Rooms", exact: true });
}
