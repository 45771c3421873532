import type { Page } from "@playwright/test";
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

async function expectScheme(page: Page, scheme: "light" | "dark"): Promise<void> {
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(scheme);
}
