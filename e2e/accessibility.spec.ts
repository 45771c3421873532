import type { Room } from "@/protocol/frames";
import { expectAccessible } from "./axe";
import { expect, NETWORK_TROUBLES, test } from "./fixtures";
import { comeBack } from "./network";
import { meet, uniqueName } from "./rooms";
import { seedMessages } from "./rows";
import { chooseInAccountMenu, chooseInRoomMenu, comeAlive, composer, message, openRoom, peopleHere, say } from "./talk";

// axe on every page and dialog: all that it knows in the light, and the colours again in the dark.

test("the doors are accessible", async ({ stranger, as, startServer }) => {
  const server = await startServer();
  const first = await stranger("/", { server, reducedMotion: "reduce" });
  await expect(first.getByRole("heading", { name: "Set up Adda" })).toBeVisible();
  await expectAccessible(first, "first run");

  const grace = await as("Grace");
  const room = await meet("Hideout", [grace]);
  const { url } = await grace.person.call<{ url: string }>("POST", `/api/rooms/${room.id}/invites`, {});
  const door = await stranger(url, { reducedMotion: "reduce" });
  await expectAccessible(door, "invitation");
  await door.goto("/invite/no-such-invite");
  await expectAccessible(door, "spent invitation");
  await door.goto("/sign-up");
  await door.getByRole("textbox", { name: "Your name" }).fill("Ada");
  await door.getByRole("button", { name: "Create the account" }).click();
  await expect(door.getByRole("textbox", { name: "Email address" })).toHaveAccessibleDescription(/address/);
  await expectAccessible(door, "sign-up with a refusal");
  await door.goto("/sign-in?reason=signed-out");
  await door.getByRole("textbox", { name: "Email address" }).fill("ada@example.org");
  await door.getByRole("textbox", { name: "Password" }).fill("not the password");
  await door.getByRole("button", { name: "Sign in" }).click();
  await expect(door.getByRole("alert").filter({ hasText: "do not match" })).toBeVisible();
  await expectAccessible(door, "sign-in with a refusal");
});

test("a room is accessible, whatever happens in it", async ({ as, server, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES, /status of 404/);
  const [grace, linus] = await Promise.all([as("Grace", { reducedMotion: "reduce" }), as("Linus")]);
  const room = await meet("Kitchen", [grace, linus]);
  await openRoom(grace, room);
  await expectAccessible(grace, "empty room");

  await seedMessages(server, room, [
    { author: linus.person, message: "Look: https://example.org", sentAt: new Date("2024-02-29T08:00:00Z") },
    { author: linus.person, message: "👋🏽", sentAt: new Date("2024-02-29T08:01:00Z") },
  ]);
  await openRoom(linus, room);
  await openRoom(grace, room);
  await composer(linus).pressSequentially("And");
  await expect(grace.getByText("is typing…")).toBeVisible();
  await composer(grace).fill("x".repeat(3_900));
  await peopleHere(grace).click();
  await expect(grace.getByRole("dialog", { name: "People here now" })).toBeVisible();
  await expectAccessible(grace, "who is here");
  await grace.keyboard.press("Escape");
  await composer(grace).fill("y".repeat(4_001));
  await expectAccessible(grace, "room with messages, somebody typing, a message too long");
  await composer(grace).fill("");

  grace.network.cutSockets();
  await say(grace, "Too late");
  await expect(message(grace, "Too late").getByTitle("On its way")).toBeVisible();
  await expect(grace.getByText("You are offline.")).toBeVisible();
  await expectAccessible(grace, "offline");
  await grace.person.call("PATCH", `/api/rooms/${room.id}`, { archived: true });
  await comeBack(grace);
  await expect(message(grace, "Too late").getByRole("alert")).toBeVisible();
  await expect(grace.getByText("You are back")).toHaveCount(0);
  await expectAccessible(grace, "archived room with a refused message");

  await grace.goto("/rooms/no-such-room");
  await expectAccessible(grace, "no such room");
  await grace.goto("/nowhere");
  await expectAccessible(grace, "no such page");
});

test("a room's dialogs and menu are accessible", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace", { reducedMotion: "reduce" }), as("Linus")]);
  const room = await meet("Kitchen", [grace, linus]);
  await openRoom(grace, room);

  await grace.getByRole("button", { name: "Room menu" }).click();
  await expect(grace.getByRole("menu")).toBeVisible();
  await expectAccessible(grace, "room menu");
  await grace.keyboard.press("Escape");
  for (const choice of ["Members", "Invite by link", "Edit the room", "Archive", "Leave the room", "Delete room"]) {
    await chooseInRoomMenu(grace, choice);
    const dialog = grace.getByRole("dialog");
    await expect(dialog).toBeVisible();
    if (choice === "Members") await expect(dialog.getByRole("listitem")).toHaveCount(2);
    if (choice === "Invite by link") {
      await dialog.getByRole("button", { name: "Create link" }).click();
      await expect(dialog.getByRole("textbox", { name: "Invite link" })).toBeVisible();
      await expect(dialog.getByRole("button", { name: "Revoke" })).toBeVisible();
    }
    await expectAccessible(grace, choice);
    await grace.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  }
});

test("the sidebar's dialogs and menus are accessible", async ({ as, owner }) => {
  const joinable = await owner.call<Room>("POST", "/api/rooms", { name: uniqueName("Choir"), topic: "We sing" });
  const grace = await as("Grace", { reducedMotion: "reduce" });

  await grace.getByRole("button", { name: "Create room" }).click();
  await grace.getByRole("dialog").getByRole("button", { name: "Create room" }).click();
  await expect(grace.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(/name/i);
  await expectAccessible(grace, "new room with a refusal");
  await grace.keyboard.press("Escape");
  await grace.keyboard.press("Control+k");
  await expect(grace.getByRole("option").first()).toBeVisible();
  await expectAccessible(grace, "find a room");
  await grace.getByRole("combobox", { name: "Find a room" }).fill("zzzz");
  await expectAccessible(grace, "find a room that is not there");
  await grace.keyboard.press("Escape");

  await grace.getByRole("button", { name: /, account menu$/ }).click();
  await expect(grace.getByRole("menu")).toBeVisible();
  await expectAccessible(grace, "account menu");
  await grace.keyboard.press("Escape");
  await chooseInAccountMenu(grace, "Sign out everywhere");
  await expectAccessible(grace, "sign out everywhere");
  await grace.keyboard.press("Escape");

  await grace.getByRole("link", { name: "Browse rooms" }).click();
  await expect(grace.getByRole("listitem").getByRole("button", { name: "Join" }).first()).toBeVisible();
  await expectAccessible(grace, "browse rooms");
  await grace.getByRole("searchbox", { name: "Search rooms" }).fill("zzzz");
  await expect(grace.getByText("No rooms found")).toBeVisible();
  await expectAccessible(grace, "browse rooms without a result");
  await grace.getByRole("searchbox", { name: "Search rooms" }).fill(joinable.name);
  await grace.getByRole("main").getByRole("link", { name: joinable.name }).click();
  await expect(grace.getByRole("button", { name: "Join room" })).toBeVisible();
  await expectAccessible(grace, "room seen from outside");
});

test("the settings and a phone's sheet are accessible", async ({ as, owner }) => {
  const olga = await as(owner, { reducedMotion: "reduce", viewport: { width: 390, height: 844 } });
  await olga.getByRole("button", { name: "Rooms and account" }).click();
  await expect(olga.getByRole("dialog", { name: "Rooms and account" })).toBeVisible();
  await expectAccessible(olga, "sheet");
  await chooseInAccountMenu(olga, "Settings");

  const tokens = olga.getByRole("region", { name: "API tokens" });
  await tokens.getByRole("textbox", { name: "Name" }).fill("Weather bot");
  await tokens.getByRole("button", { name: "Create token" }).click();
  await expect(tokens.getByRole("textbox", { name: "API token" })).toBeVisible();
  await olga.getByRole("region", { name: "Invite people" }).getByRole("button", { name: "Create link" }).click();
  await expect(olga.getByRole("textbox", { name: "Invite link" })).toBeVisible();
  await olga.getByRole("button", { name: "Change the password" }).click();
  await expect(olga.getByRole("textbox", { name: "New password" })).toHaveAccessibleDescription(/.+/);
  await expectAccessible(olga, "settings");
  await tokens.getByRole("button", { name: "Revoke Weather bot" }).first().click();
  await expectAccessible(olga, "revoke a token");
  await olga.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(olga.getByRole("dialog")).toBeHidden();
  await olga.getByRole("link", { name: "Back to your rooms" }).click();
  await comeAlive(olga);
});
