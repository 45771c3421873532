import { expectAccessible } from "./axe";
import { expect, NETWORK_TROUBLES, test } from "./fixtures";
import { comeBack } from "./network";
import { meet } from "./rooms";
import { chooseInMessageMenu, composer, log, message, messages, openMessageMenu, openRoom, say } from "./talk";
import { expectUploaded, pick, picture, send } from "./test-files";

const DELETED = "This message was deleted.";

test("a message is deleted for everybody, with its picture, and stays deleted", async ({ as, expectTroubles }) => {
  expectTroubles(/status of 404/);
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Darkroom", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(linus, "Good morning");
  await pick(grace, await picture("secret.jpg"));
  await expectUploaded(grace, 1);
  await composer(grace).fill("Not for you");
  await send(grace);
  const shown = message(linus, "Not for you").getByRole("img", { name: "Picture secret.jpg" });
  await expect(shown).toBeVisible();
  // An image that has not begun to load has no address yet, and an empty one leads to the first page.
  const addressOf = () => shown.evaluate((image: HTMLImageElement) => image.currentSrc);
  await expect.poll(addressOf).toContain("/files/");
  const address = await addressOf();

  await openMessageMenu(linus, "Not for you");
  await expect(linus.getByRole("menuitem", { name: "Copy the text" })).toBeVisible();
  await expect(linus.getByRole("menuitem", { name: "Delete the message" })).toHaveCount(0);
  await linus.keyboard.press("Escape");

  await chooseInMessageMenu(grace, "Not for you", "Delete the message");
  const dialog = grace.getByRole("dialog", { name: "Delete this message?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(message(grace, "Not for you")).toBeVisible();
  await chooseInMessageMenu(grace, "Not for you", "Delete the message");
  await expectAccessible(grace, "asked whether to delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog).toBeHidden();
  for (const page of [grace, linus]) {
    await expect(messages(page).last()).toHaveText(new RegExp(DELETED));
    await expect(page.getByText("Not for you")).toHaveCount(0);
    await expect(page.getByRole("img", { name: "Picture secret.jpg" })).toHaveCount(0);
  }
  expect((await linus.request.get(address)).status()).toBe(404);
  await linus.reload();
  await expect(messages(linus).last()).toHaveText(new RegExp(DELETED));

  await chooseInMessageMenu(grace, "Good morning", "Delete the message");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(messages(linus).filter({ hasText: DELETED })).toHaveCount(2);
  await messages(linus).last().hover();
  await expect(linus.getByRole("button", { name: "Message menu" })).toHaveCount(0);
});

test("by keyboard alone: up to the message, its menu, and back to where it was", async ({ as }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Workshop", [grace]));
  await say(grace, "one", "two", "three");
  await expect(message(grace, "three")).toBeInViewport({ ratio: 1 });
  await log(grace).focus();
  await grace.keyboard.press("ArrowUp");
  await expect(messages(grace).nth(2)).toBeFocused();
  await grace.keyboard.press("ArrowUp");
  await expect(messages(grace).nth(1)).toBeFocused();
  await grace.keyboard.press("Tab");
  await expect(grace.getByRole("button", { name: "Message menu" })).toBeFocused();
  // The mouse that comes and goes meanwhile takes nothing from the keyboard.
  await messages(grace).nth(1).hover();
  await composer(grace).hover();
  await messages(grace).nth(2).hover();
  await expect(messages(grace).nth(2).getByRole("button", { name: "Message menu" })).toBeVisible();
  await composer(grace).hover();
  await expect(messages(grace).nth(2).getByRole("button", { name: "Message menu" })).toHaveCount(0);
  await expect(grace.getByRole("button", { name: "Message menu" })).toBeFocused();
  await grace.keyboard.press("Enter");
  await expect(grace.getByRole("menuitem", { name: "Copy the text" })).toBeFocused();
  await grace.keyboard.press("ArrowDown");
  await expect(grace.getByRole("menuitem", { name: "Copy the link" })).toBeFocused();
  await grace.keyboard.press("ArrowDown");
  await expect(grace.getByRole("menuitem", { name: "Delete the message" })).toBeFocused();
  await grace.keyboard.press("Enter");
  const dialog = grace.getByRole("dialog", { name: "Delete this message?" });
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await grace.keyboard.press("Tab");
  await grace.keyboard.press("Enter");
  await expect(messages(grace).nth(1)).toHaveText(new RegExp(DELETED));
  await expect(messages(grace).nth(1)).toBeFocused();
  await grace.keyboard.press("ArrowDown");
  await expect(messages(grace).nth(2)).toBeFocused();
  await grace.keyboard.type("four");
  await expect(composer(grace)).toHaveValue("four");
});

test("by a finger", async ({ as }) => {
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const [grace, linus] = await Promise.all([as("Grace", phone), as("Linus")]);
  const room = await meet("Garden", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(linus, "Weeds");
  await message(grace, "Weeds").tap();
  await grace.getByRole("button", { name: "Message menu" }).tap();
  await grace.getByRole("menuitem", { name: "Delete the message" }).tap();
  await grace.getByRole("dialog").getByRole("button", { name: "Delete" }).tap();
  await expect(messages(linus)).toHaveText(new RegExp(DELETED));
});

test("without the server it says so, and deletes nothing", async ({ as, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES);
  const grace = await as("Grace");
  await openRoom(grace, await meet("Cellar", [grace]));
  await say(grace, "Still here");
  await chooseInMessageMenu(grace, "Still here", "Delete the message");
  grace.network.cut();
  const dialog = grace.getByRole("dialog", { name: "Delete this message?" });
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByRole("alert")).toContainText("cannot be reached");
  await comeBack(grace);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(messages(grace)).toHaveText(new RegExp(DELETED));
});
