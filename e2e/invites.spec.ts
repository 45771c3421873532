import type { Page } from "@playwright/test";
import { PASSWORD } from "../test/support/person";
import { fillSignUp, signIn } from "./door";
import { expect, test } from "./fixtures";
import { meet } from "./rooms";
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
  await expect(dialog.getByText("No link is open at the moment.")).toBeVisible();

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

test("a member adds somebody by their address, and takes them out again", async ({ as }) => {
  const [grace, linus] = [await as("Grace"), await as("Linus")];
  const room = await meet("Hideout", [grace]);
  await openRoom(grace, room);

  await chooseInRoomMenu(grace, "Members");
  const dialog = grace.getByRole("dialog", { name: "Members of Hideout" });
  const members = dialog.getByRole("list", { name: "Members" });
  await expect(members.getByRole("listitem")).toHaveCount(1);
  const address = dialog.getByRole("textbox", { name: "Add somebody by their email address" });
  await address.fill("nobody@example.org");
  await dialog.getByRole("button", { name: "Add" }).click();
  await expect(dialog.getByText("Nobody here is known by that: send them an invite link instead.")).toBeVisible();
  await address.fill(linus.person.email);
  await dialog.getByRole("button", { name: "Add" }).click();
  await expect(members.getByRole("listitem")).toHaveCount(2);
  await expect(address).toHaveValue("");

  await openRoom(linus, room);
  await say(linus, "Here I am");
  await members.getByRole("button", { name: "Remove Linus" }).click();
  await expect(members.getByRole("listitem")).toHaveCount(1);
  await expect(linus.getByRole("heading", { name: "You were removed from #Hideout" })).toBeVisible();
  await expect(linus.getByText("Here I am")).toHaveCount(0);
  await expect(linus.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "Hideout" })).toHaveCount(0);
  await linus.getByRole("link", { name: "Go to your rooms" }).click();
  await comeAlive(linus);
});

/** Makes a link in the room's dialog, which stays open. */
async function makeLink(page: Page): Promise<string> {
  await chooseInRoomMenu(page, "Invite by link");
  const dialog = page.getByRole("dialog", { name: /^Invite to/ });
  await dialog.getByRole("combobox", { name: "Good for" }).selectOption("One day");
  await dialog.getByRole("button", { name: "Make a link" }).click();
  return dialog.getByRole("textbox", { name: "Invite link" }).inputValue();
}

function newAddress(): string {
  return `linus.${crypto.randomUUID()}@example.org`;
}
