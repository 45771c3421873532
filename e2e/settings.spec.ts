import type { Page } from "@playwright/test";
import { decode, encode } from "next-auth/jwt";
import { AUTH_SECRET } from "../test/support/server";
import { expect, test } from "./fixtures";
import { chooseInAccountMenu, comeAlive } from "./talk";

test("light or dark is chosen once for this browser", async ({ as }) => {
  const grace = await as("Grace", { colorScheme: "light" });
  await expectScheme(grace, "light");

  await grace.getByRole("button", { name: /, account menu$/ }).click();
  await grace.getByRole("menuitemradio", { name: "Dark" }).click();
  await expectScheme(grace, "dark");
  await grace.keyboard.press("Escape");
  await grace.reload();
  await expectScheme(grace, "dark");

  await chooseInAccountMenu(grace, "Settings");
  await expect(grace.getByRole("radio", { name: "Dark" })).toBeChecked();
  await grace.getByRole("group", { name: "Appearance" }).getByText("System").click();
  await expectScheme(grace, "light");
  await grace.emulateMedia({ colorScheme: "dark" });
  await expectScheme(grace, "dark");
});

test("a token is shown once, works, and is cut off when it is revoked", async ({ as, server }) => {
  const grace = await as("Grace");
  await chooseInAccountMenu(grace, "Settings");
  const tokens = grace.getByRole("region", { name: "API tokens" });
  await tokens.getByRole("textbox", { name: "Name" }).fill("Weather bot");
  await tokens.getByRole("button", { name: "Create token" }).click();
  const token = await tokens.getByRole("textbox", { name: "API token" }).inputValue();

  const ask = () => fetch(`${server.url}/api/rooms`, { headers: { Authorization: `Bearer ${token}` } });
  expect((await ask()).status).toBe(200);
  await grace.reload();
  await expect(grace.getByRole("radio", { name: "System" })).toBeChecked();
  await expect(tokens.getByRole("listitem").filter({ hasText: "Weather bot" })).toBeVisible();
  await expect(grace.getByText(token)).toHaveCount(0);
  await expect(tokens.getByRole("textbox", { name: "API token" })).toHaveCount(0);

  await tokens.getByRole("button", { name: "Revoke Weather bot" }).click();
  await grace.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  // While it asks, the list behind it is nobody's to see.
  await expect(grace.getByRole("dialog")).toBeHidden();
  await expect(tokens.getByRole("listitem").filter({ hasText: "Weather bot" })).toHaveCount(0);
  expect((await ask()).status).toBe(401);
  await grace.getByRole("link", { name: "Back to your rooms" }).click();
  await comeAlive(grace);
});

test("a session that was opened long ago asks for the password before it creates a token", async ({ as }) => {
  const grace = await as("Grace");
  await forgetConfirmation(grace);
  await chooseInAccountMenu(grace, "Settings");
  const tokens = grace.getByRole("region", { name: "API tokens" });
  await tokens.getByRole("textbox", { name: "Name" }).fill("Weather bot");
  await tokens.getByRole("combobox", { name: "Expires" }).selectOption("In 30 days");
  const password = tokens.getByRole("textbox", { name: "Your password" });
  await tokens.getByRole("button", { name: "Create token" }).click();
  await expect(password).toHaveAccessibleDescription(/Enter your current password/);
  await password.fill("a guess");
  await tokens.getByRole("button", { name: "Create token" }).click();
  await expect(password).toHaveAccessibleDescription(/not your current password/);
  await password.fill(grace.person.password);
  await tokens.getByRole("button", { name: "Create token" }).click();
  await expect(tokens.getByRole("textbox", { name: "API token" })).toBeVisible();
  await expect(tokens.getByRole("listitem").filter({ hasText: "Weather bot" })).toContainText("expires");

  // For the next ten minutes it does not ask again.
  await expect(password).toBeHidden();
  await tokens.getByRole("textbox", { name: "Name" }).fill("Another bot");
  await tokens.getByRole("button", { name: "Create token" }).click();
  await expect(tokens.getByRole("listitem").filter({ hasText: "Another bot" })).toBeVisible();
});

/** As if the session were older than ten minutes. */
async function forgetConfirmation(page: Page): Promise<void> {
  const secret = AUTH_SECRET;
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name.includes("session-token"));
  if (!session) throw new Error("Somebody who is signed in has a session.");
  const token = await decode({ token: session.value, secret });
  const value = await encode({ token: { ...token, confirmedAt: 1 }, secret });
  await page.context().addCookies([{ ...session, value }]);
}

async function expectScheme(page: Page, scheme: "light" | "dark"): Promise<void> {
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(scheme);
}
