import type { Locator, Page } from "@playwright/test";
import { PASSWORD } from "../test/support/person";
import { expect, test } from "./fixtures";
import { meet } from "./rooms";
import { comeAlive, composer, expectSaid, log, message, openRoom, say } from "./talk";

const STOPS_MAX = 40;

test("from the sign-in to a sent message in a room of one's own, by keyboard alone", async ({ as, stranger }) => {
  const { person } = await as("Grace");
  const page = await stranger("/sign-in");
  await tabTo(page, page.getByRole("textbox", { name: "Email address" }));
  await page.keyboard.type(person.email);
  await tabTo(page, page.getByRole("textbox", { name: "Password" }));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await comeAlive(page);
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type("By hand");
  await page.keyboard.press("Enter");
  await expect(message(page, "By hand").last()).toBeVisible();
  await expect(composer(page)).toBeFocused();

  await tabTo(page, page.getByRole("button", { name: "Create room" }));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Create room" });
  await expect(dialog.getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.type("Workshop");
  await tabTo(page, dialog.getByRole("radio", { name: "Public" }));
  await page.keyboard.press("ArrowDown");
  await expect(dialog.getByRole("radio", { name: "Private" })).toBeChecked();
  await tabTo(page, dialog.getByRole("button", { name: "Create room" }));
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { level: 1, name: "Workshop" })).toBeVisible();
  await comeAlive(page);
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type("All mine");
  await page.keyboard.press("Enter");
  await expectSaid(page, /All mine/, ["All mine"]);
});

test("the first stop skips to the conversation", async ({ as }) => {
  const grace = await as("Grace");
  await grace.reload();
  await comeAlive(grace);
  await grace.getByRole("heading", { level: 1 }).click();
  const skip = grace.getByRole("link", { name: "Skip to the conversation" });
  await tabTo(grace, skip, "Shift+Tab");
  await expect(skip).toBeInViewport({ ratio: 1 });
  await grace.keyboard.press("Enter");
  await expect(grace.getByRole("main")).toBeFocused();
  await expect(skip).not.toBeInViewport();
  await grace.keyboard.type("Straight to the point");
  await expect(composer(grace)).toHaveValue("Straight to the point");
});

test("every stop of a room and its menus shows the focus, and closing gives it back", async ({ as }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Workshop", [grace]));
  await say(grace, "https://example.org");

  const stops = new Set<string>();
  for (let stop = 0; stop < STOPS_MAX && !(stop > 0 && (await isFocused(composer(grace)))); stop++) {
    await grace.keyboard.press("Tab");
    stops.add((await expectFocusVisible(grace)) ?? "the browser's own");
  }
  for (const name of ["Room menu", "Send", "Create room", "Find a room", "1 person here now", "https://example.org"]) {
    expect(
      [...stops].some((stop) => stop.includes(name)),
      `${name} is a stop`,
    ).toBe(true);
  }

  const menu = grace.getByRole("button", { name: "Room menu" });
  for (const [choice, opened] of [
    ["Members", "Members of Workshop"],
    ["Invite by link", "Invite to Workshop"],
    ["Edit the room", "Edit the room"],
    ["Archive", "Archive Workshop?"],
    ["Leave the room", "Leave Workshop?"],
    ["Delete room", "Delete Workshop?"],
  ] as const) {
    await menu.focus();
    await grace.keyboard.press("Enter");
    await downTo(grace, choice);
    await grace.keyboard.press("Enter");
    const dialog = grace.getByRole("dialog", { name: opened });
    await expect(dialog).toBeVisible();
    await expect(dialog.locator(":focus")).toHaveCount(1);
    await grace.keyboard.press("Shift+Tab");
    await expect(dialog.locator(":focus")).toHaveCount(1);
    await grace.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(menu).toBeFocused();
  }
});

test("the conversation scrolls by keys, from the composer too", async ({ as }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Workshop", [grace]));
  for (let verse = 1; verse <= 8; verse++) await say(grace, `Verse ${verse}\n${"and\n".repeat(8)}so on`);
  await expect(message(grace, "Verse 8")).toBeInViewport();

  await composer(grace).press("PageUp");
  await expect(message(grace, "Verse 8")).not.toBeInViewport();
  await composer(grace).press("Escape");
  await expect(message(grace, "Verse 8")).toBeInViewport();
  await log(grace).focus();
  await grace.keyboard.press("Home");
  await expect(message(grace, "Verse 1")).toBeInViewport();
  await grace.keyboard.press("End");
  await expect(message(grace, "Verse 8")).toBeInViewport();
});

/** Down an open menu, item by item: the focus follows a key a moment later. */
async function downTo(page: Page, choice: string): Promise<void> {
  const items = page.getByRole("menuitem");
  await expect(items.first()).toBeFocused();
  const names = await items.allTextContents();
  for (let index = 1; index <= names.findIndex((name) => name.includes(choice)); index++) {
    await page.keyboard.press("ArrowDown");
    await expect(items.nth(index)).toBeFocused();
  }
}

/** Tabs on until the wanted control has the focus; it must be seen at each stop. */
async function tabTo(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    if (await isFocused(wanted)) return;
    await page.keyboard.press(key);
    await expectFocusVisible(page);
  }
  await expect(wanted).toBeFocused();
}

function isFocused(control: Locator): Promise<boolean> {
  return control.evaluate((element) => element === document.activeElement);
}

/** @returns the name of what has the focus; null when it has left the page for the browser's own controls. */
async function expectFocusVisible(page: Page): Promise<string | null> {
  const { name, visible } = await page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return { name: null, visible: true };
    const look = () =>
      [focused, focused.parentElement, focused.parentElement?.parentElement]
        .map((element) => element && getComputedStyle(element))
        .map(
          (style) =>
            style && [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.translate],
        )
        .join();
    const withFocus = look();
    focused.blur();
    const without = look();
    focused.focus();
    return { name: focused.ariaLabel ?? focused.textContent ?? "", visible: withFocus !== without };
  });
  expect(visible, `the focus is visible on “${name}”`).toBe(true);
  return name;
}
