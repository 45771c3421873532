import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import { chooseInAccountMenu, message, openRoom, say } from "./talk";

test("an owner gives a reset link to somebody who forgot their password, and they sign in with a new one", async ({
  as,
  owner,
  stranger,
}) => {
  const olga = await as(owner, { reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write"] });
  const { person: frida } = await as("Frida Forgets");
  await chooseInAccountMenu(olga, "Manage server");
  await expect(olga.getByRole("heading", { name: "People" })).toBeVisible();
  await olga.getByRole("searchbox", { name: "Search people" }).fill("frida");
  await expect(olga.getByRole("list", { name: "People" }).getByRole("listitem")).toHaveCount(1);
  await expectAccessible(olga, "people");

  await choose(olga, "Frida Forgets", "Reset password");
  await olga.getByRole("button", { name: "Create reset link" }).click();
  const link = await olga.getByRole("textbox", { name: "Reset link" }).inputValue();
  await expectAccessible(olga, "reset link");
  await olga.getByRole("button", { name: "Done" }).click();

  const door = await stranger(new URL(link).pathname, { reducedMotion: "reduce" });
  await expectAccessible(door, "reset page");
  await door.getByRole("textbox", { name: "New password" }).fill("short");
  await door.getByRole("button", { name: "Save the new password" }).click();
  await expect(door.getByText("Use at least 8 characters.")).toBeVisible();
  await door.getByRole("textbox", { name: "New password" }).fill("a new long password");
  await door.getByRole("button", { name: "Save the new password" }).click();
  await expect(door.getByText("Your password is changed.")).toBeVisible();
  await door.getByRole("textbox", { name: "Email address" }).fill(frida.email);
  await door.getByRole("textbox", { name: "Password" }).fill("a new long password");
  await door.getByRole("button", { name: "Sign in" }).click();
  await expect(door.getByRole("button", { name: /Frida Forgets.*account menu$/ })).toBeVisible();

  const again = await stranger(new URL(link).pathname);
  await expect(again.getByRole("heading", { name: "This link is not valid" })).toBeVisible();
});

test("a deactivated person is signed out of an open page, and an owner lets them back in", async ({
  as,
  owner,
  expectTroubles,
}) => {
  expectTroubles(/status of 401/, /WebSocket connection to .* failed/);
  const olga = await as(owner);
  const dina = await as("Dina Diver");
  await openRoom(dina, { slug: "lobby" });
  await say(dina, "I dive");
  await olga.goto("/admin/people");
  await choose(olga, "Dina Diver", "Deactivate");
  await olga.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await expect(row(olga, "Dina Diver")).toContainText("Deactivated");
  await expect(dina.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await dina.getByRole("textbox", { name: "Email address" }).fill(dina.person.email);
  await dina.getByRole("textbox", { name: "Password" }).fill(dina.person.password);
  await dina.getByRole("button", { name: "Sign in" }).click();
  await expect(dina.getByText("This account is deactivated.")).toBeVisible();
  const mark = message(olga, "I dive").getByText("Deactivated", { exact: true });
  await openRoom(olga, { slug: "lobby" });
  await expect(mark).toBeVisible();

  await olga.goto("/admin/people");

  await choose(olga, "Dina Diver", "Activate");
  await olga.getByRole("dialog").getByRole("button", { name: "Activate" }).click();
  await expect(row(olga, "Dina Diver")).not.toContainText("Deactivated");
  await dina.getByRole("button", { name: "Sign in" }).click();
  await expect(dina.getByRole("button", { name: /Dina Diver.*account menu$/ })).toBeVisible();
});

test("an owner finds a private room that is not theirs, and deletes it", async ({ as, owner, expectTroubles }) => {
  expectTroubles(/status of 404/);
  const olga = await as(owner, { reducedMotion: "reduce" });
  const dora = await as("Dora");
  const room = await dora.person.call<{ id: string; slug: string }>("POST", "/api/rooms", {
    name: "Zebras",
    kind: "closed",
  });
  await openRoom(dora, room);
  await chooseInAccountMenu(olga, "Manage server");
  await olga.getByRole("navigation", { name: "Manage" }).getByRole("link", { name: "Rooms" }).click();
  await expect(olga.getByRole("heading", { name: "Rooms" })).toBeVisible();
  await olga.getByRole("searchbox", { name: "Search rooms" }).fill("zebra");
  const rooms = olga.getByRole("list", { name: "Rooms" }).getByRole("listitem");
  await expect(rooms).toHaveText([/Zebras.*Private · 1 member/]);
  await expectAccessible(olga, "rooms of the server");
  await olga.getByRole("button", { name: "Delete Zebras" }).click();
  await olga.getByRole("dialog").getByRole("button", { name: "Delete room" }).click();
  await expect(olga.getByText("No room found")).toBeVisible();
  await expect(dora.getByRole("heading", { name: "This room was deleted" })).toBeVisible();
});

test("somebody who is no owner finds no page of people", async ({ as, expectTroubles }) => {
  expectTroubles(/status of 404/);
  const mina = await as("Mina");
  await mina.getByRole("button", { name: /, account menu$/ }).click();
  await expect(mina.getByRole("menuitem", { name: "Settings" })).toBeVisible();
  await expect(mina.getByRole("menuitem", { name: "Manage server" })).toHaveCount(0);
  await mina.goto("/admin/people");
  await expect(mina.getByRole("heading", { name: "People" })).toHaveCount(0);
});

test("one changes one's own name and e-mail address in the settings", async ({ as }) => {
  const amy = await as("Amy");
  await chooseInAccountMenu(amy, "Settings");
  const name = amy.getByRole("region", { name: "Name" });
  await name.getByRole("textbox", { name: "Name" }).fill("Amelia");
  await name.getByRole("button", { name: "Save name" }).click();
  await expect(amy.getByText("Your name is changed.")).toBeVisible();

  const email = amy.getByRole("region", { name: "E-mail" });
  const address = `amelia.${Date.now()}@example.org`;
  await email.getByRole("textbox", { name: "E-mail address" }).fill(address);
  await email.getByRole("textbox", { name: "Your password" }).fill("not it at all");
  await email.getByRole("button", { name: "Save e-mail address" }).click();
  await expect(email.getByText("This is not your current password.")).toBeVisible();
  await email.getByRole("textbox", { name: "Your password" }).fill(amy.person.password);
  await email.getByRole("button", { name: "Save e-mail address" }).click();
  await expect(amy.getByText("Your e-mail address is changed.")).toBeVisible();
  await amy.getByRole("link", { name: "Back to your rooms" }).click();
  await amy.getByRole("button", { name: /Amelia.*account menu$/ }).click();
  await expect(amy.getByText(address)).toBeVisible();
});

function row(page: Page, name: string) {
  return page.getByRole("list", { name: "People" }).getByRole("listitem").filter({ hasText: name });
}

async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}
