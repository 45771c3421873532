import { expect, type Locator, type Page } from "@playwright/test";

/** What a page without a connection says. */
export const OFFLINE = "You are offline. What you write is kept and goes out when you are back.";
/** Who has tried in vain for a while waits this long for the next try. */
export const RECONNECT_MAX_MS = 20_000;

/** The conversation of the room that the page shows. */
export function log(page: Page): Locator {
  return page.getByRole("log");
}

export function messages(page: Page): Locator {
  return log(page).getByRole("article");
}

export function message(page: Page, text: string | RegExp): Locator {
  return messages(page).filter({ hasText: text });
}

export function composer(page: Page): Locator {
  return page.getByRole("textbox", { name: /^Message / });
}

export async function say(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await composer(page).fill(text);
    await composer(page).press("Enter");
    await expect(composer(page)).toHaveValue("");
  }
}

/** The messages that hold `what`, each once and in the order in which the page shows them. */
export async function expectSaid(page: Page, what: RegExp, texts: string[]): Promise<void> {
  await expect(message(page, what).getByRole("paragraph")).toHaveText(texts);
}

/** The button that says how many people are in the room now. */
export function peopleHere(page: Page): Locator {
  return page.getByRole("button", { name: /here now$/ });
}

/** Until the room on the page is joined over the socket, a person's own presence included. */
export async function comeAlive(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: /^[1-9]\d* (person|people) here now$/ })).toBeVisible();
}

export async function openRoom(page: Page, room: { slug: string }): Promise<void> {
  await page.goto(`/rooms/${room.slug}`);
  await comeAlive(page);
}

/** By the room's menu. */
export async function chooseInRoomMenu(page: Page, choice: string): Promise<void> {
  await page.getByRole("button", { name: "Room menu" }).click();
  await page.getByRole("menuitem", { name: choice }).click();
}

/** By the menu beside the message, which a pointer over it brings. */
export async function openMessageMenu(page: Page, text: string | RegExp): Promise<void> {
  await message(page, text).hover();
  await message(page, text).getByRole("button", { name: "Message menu" }).click();
}

export async function chooseInMessageMenu(page: Page, text: string | RegExp, choice: string): Promise<void> {
  await openMessageMenu(page, text);
  await page.getByRole("menuitem", { name: choice }).click();
}

/** By the menu that bears the person's name. */
export async function chooseInAccountMenu(page: Page, choice: string): Promise<void> {
  await page.getByRole("button", { name: /, account menu$/ }).click();
  await page.getByRole("menuitem", { name: choice, exact: true }).click();
}
