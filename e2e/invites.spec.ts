import type { Locator, Page } from "@playwright/test";
import type { Room } from "@/protocol/frames";
import { PASSWORD } from "../test/support/person";
import { fillSignUp, signIn } from "./door";
import { expect, test } from "./fixtures";
import { meet, uniqueName } from "./rooms";
import { expireInvites } from "./rows";
import { chooseInRoomMenu, comeAlive, expectSaid, openRoom, say } from "./talk";

test("a link to a closed room is made, copied, and lets somebody new in", async ({ as, stranger }) => {
  const grace = await as("Grace", { permissions: ["clipboard-read", "clipboard-write"] });
  await openRoom(grace, await meet("Hideout", [grace]));
  await say(grace, "Nobody else reads this");
  const link = await makeLink(grace);
  await grace.getByRole("dialog").getByRole("button", { name: "Copy" }).click();
  await expect(grace.getByRole("dialog").getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await grace.evaluate(() => navigator.clipboard.readText())).toBe(link);

  const linus = await stranger(link);
  await expect(linus.getByRole("heading", { name: "Grace invites you to Hideout" })).toBeVisible();
  await fillSignUp(linus, { name: "Linus", email: newAddress(), password: PASSWORD });
  await linus.getByRole("button", { name: "Create the account and join" }).click();

  await expect(linus.getByRole("heading", { level: 1, name: "Hideout" })).toBeVisible();
  await comeAlive(linus);
  await say(linus, "Now somebody else does");
  await grace.keyboard.press("Escape");
  await expectSaid(grace, /else/, ["Nobody else reads this", "Now somebody else does"]);
});

test("who is signed in joins by a link with one click", async ({ as }) => {
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  await openRoom(grace, await meet("Hideout", [grace]));
  const link = await makeLink(grace);

  await linus.goto(link);
  await expect(linus.getByText("You are signed in as Linus.")).toBeVisible();
  await linus.getByRole("button", { name: "Join the room" }).click();
  await expect(linus.getByRole("heading", { level: 1, name: "Hideout" })).toBeVisible();
  await comeAlive(linus);
});

test("who has an account signs in and is still invited", async ({ as, stranger }) => {
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  await openRoom(grace, await meet("Hideout", [grace]));

  const elsewhere = await stranger(await makeLink(grace));
  await elsewhere.getByRole("link", { name: "Sign in" }).click();
  await signIn(elsewhere, linus.person);
  await elsewhere.getByRole("button", { name: "Join the room" }).click();
  await expect(elsewhere.getByRole("heading", { level: 1, name: "Hideout" })).toBeVisible();
});

test("a link that was taken back admits nobody", async ({ as, stranger }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Hideout", [grace]));
  const link = await makeLink(grace);
  const linus = await stranger(link);
  await fillSignUp(linus, { name: "Linus", email: newAddress(), password: PASSWORD });

  const dialog = grace.getByRole("dialog", { name: "Invite to Hideout" });
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(dialog.getByText("No active links.")).toBeVisible();

  await linus.getByRole("button", { name: "Create the account and join" }).click();
  await expect(linus.getByRole("alert").filter({ hasText: "invite" })).toBeVisible();
  await linus.reload();
  await expect(linus.getByRole("heading", { name: "This invite is no longer good" })).toBeVisible();
  await linus.getByRole("link", { name: "Sign in" }).click();
  await expect(linus.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a link that ran out admits nobody", async ({ as, stranger, server }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Hideout", [grace]));
  const link = await makeLink(grace);
  await expireInvites(server, grace.person);

  const linus = await stranger(link);
  await expect(linus.getByRole("heading", { name: "This invite is no longer good" })).toBeVisible();
  await grace.goto(link);
  await grace.getByRole("link", { name: "Back to your rooms" }).click();
  await comeAlive(grace);
});

test("a link with a maximum number of uses admits so many people and no more", async ({ as, stranger }) => {
  const [grace, linus, mary] = [await as("Grace"), await as("Linus"), await as("Mary")];
  await openRoom(grace, await meet("Hideout", [grace]));
  await chooseInRoomMenu(grace, "Invite by link");
  const dialog = grace.getByRole("dialog", { name: /^Invite to/ });
  const uses = dialog.getByRole("spinbutton", { name: "Max uses" });
  await uses.fill("1001");
  await dialog.getByRole("button", { name: "Create link" }).click();
  await expect(uses).toHaveAccessibleDescription("An invite admits at most 1,000 people, or any number.");
  await uses.fill("1");
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = await dialog.getByRole("textbox", { name: "Invite link" }).inputValue();
  await expect(dialog.getByRole("region", { name: "Active links" })).toContainText("Used 0 of 1");

  await mary.goto(link);
  await expect(mary.getByRole("button", { name: "Join the room" })).toBeVisible();
  await linus.goto(link);
  await linus.getByRole("button", { name: "Join the room" }).click();
  await expect(linus.getByRole("heading", { level: 1, name: "Hideout" })).toBeVisible();
  await comeAlive(linus);
  await mary.getByRole("button", { name: "Join the room" }).click();
  await expect(mary.getByRole("alert").filter({ hasText: "no longer good" })).toBeVisible();
  const late = await stranger(link);
  await expect(late.getByRole("heading", { name: "This invite is no longer good" })).toBeVisible();
});

test("somebody who is added by name sees who added them, and leaves with one click", async ({ as }) => {
  const [grace, linus] = [await as("Grace"), await as("Linus Torvald")];
  const room = await meet("Hideout", [grace]);
  await openRoom(grace, room);
  const dialog = await openMembers(grace);
  const members = dialog.getByRole("list", { name: "Members" });
  await expect(members.getByRole("listitem")).toHaveCount(1);
  const field = dialog.getByRole("textbox", { name: "Add by name or e-mail" });
  await field.fill("nobody has this name");
  await expect(dialog.getByText("No one by that name shares a room with you.")).toBeVisible();
  await field.fill("torv");
  await dialog.getByRole("button", { name: "Add Linus Torvald" }).click();
  await expect(grace.getByText("Linus Torvald added")).toBeVisible();
  await expect(members.getByRole("listitem")).toHaveCount(2);
  await expect(field).toHaveValue("");

  await openRoom(linus, room);
  const notice = linus.getByRole("region", { name: "You were added" });
  await expect(notice).toContainText("Grace added you to #Hideout.");
  await notice.getByRole("button", { name: "Leave room" }).click();
  await expect(linus.getByRole("paragraph").filter({ hasText: "You left #Hideout" })).toBeVisible();
  await comeAlive(linus);
  await expect(linus.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "Hideout" })).toHaveCount(0);

  await grace.person.call("PUT", `/api/rooms/${room.id}/members/${linus.person.id}`);
  await openRoom(linus, room);
  await notice.getByRole("button", { name: "Stay" }).click();
  await expect(notice).toHaveCount(0);
  await linus.reload();
  await comeAlive(linus);
  await expect(notice).toHaveCount(0);
});

test("an e-mail address gets a link to send there, whether or not it has an account", async ({ as }) => {
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  await openRoom(grace, await meet("Hideout", [grace]));
  const dialog = await openMembers(grace);
  for (const address of [linus.person.email, "nobody@example.org"]) {
    await dialog.getByRole("textbox", { name: "Add by name or e-mail" }).fill(address);
    await dialog.getByRole("button", { name: "Create link" }).click();
    await expect(dialog.getByText(`Send this link to ${address}. It lets one person in`)).toBeVisible();
    const link = await dialog.getByRole("textbox", { name: "Invite link" }).inputValue();
    const mail = (await dialog.getByRole("link", { name: "Write e-mail" }).getAttribute("href")) ?? "";
    expect(decodeURIComponent(mail)).toContain(`mailto:${address}?subject=Join Hideout on Adda&body=${link}`);
    await expect(dialog.getByRole("list", { name: "Members" }).getByRole("listitem")).toHaveCount(1);
  }
});

test("somebody who was removed cannot join again until an owner allows it", async ({ as }) => {
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  const name = uniqueName("Plaza");
  const room = await grace.person.call<Room>("POST", "/api/rooms", { name });
  await linus.person.call("PUT", `/api/rooms/${room.id}/members/me`);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(linus, "Here I am");

  const dialog = await openMembers(grace);
  await dialog.getByRole("button", { name: "Remove Linus" }).click();
  await expect(dialog.getByRole("region", { name: "Removed people" })).toContainText(/Linus.*By Grace/);
  await expect(linus.getByText(`You were removed from #${name}.`)).toBeVisible();
  await expect(linus.getByRole("button", { name: "Join room" })).toHaveCount(0);
  await linus.reload();
  await expect(linus.getByText("Ask a room owner to add you again.")).toBeVisible();
  await linus.goto(`/rooms/browse?q=${encodeURIComponent(name)}`);
  await linus.getByRole("button", { name: `Join ${name}` }).click();
  await expect(linus.getByText(`You were removed from #${name}. Ask a room owner to add you again.`)).toBeVisible();

  await dialog.getByRole("button", { name: "Allow Linus to join" }).click();
  await expect(dialog.getByRole("region", { name: "Removed people" })).toHaveCount(0);
  await linus.getByRole("button", { name: `Join ${name}` }).click();
  await comeAlive(linus);
});

test("somebody who is removed from a private room sees that, and nothing of the room", async ({ as }) => {
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  const room = await meet("Hideout", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(linus, "Here I am");
  const dialog = await openMembers(grace);
  await dialog.getByRole("button", { name: "Remove Linus" }).click();
  await expect(linus.getByRole("heading", { name: "You were removed from #Hideout" })).toBeVisible();
  await expect(linus.getByText("Here I am")).toHaveCount(0);
  await expect(linus.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "Hideout" })).toHaveCount(0);
  await linus.getByRole("link", { name: "Go to your rooms" }).click();
  await comeAlive(linus);
});

async function openMembers(page: Page): Promise<Locator> {
  await chooseInRoomMenu(page, "Members");
  return page.getByRole("dialog", { name: /^Members of/ });
}

/** Makes a link in the room's dialog, which stays open. */
async function makeLink(page: Page): Promise<string> {
  await chooseInRoomMenu(page, "Invite by link");
  const dialog = page.getByRole("dialog", { name: /^Invite to/ });
  await dialog.getByRole("combobox", { name: "Expires after" }).selectOption("One day");
  await dialog.getByRole("button", { name: "Create link" }).click();
  return dialog.getByRole("textbox", { name: "Invite link" }).inputValue();
}

function newAddress(): string {
  return `linus.${crypto.randomUUID()}@example.org`;
}
