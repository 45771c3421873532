import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import { meet } from "./rooms";
import { chooseInAccountMenu, chooseInRoomMenu, comeAlive, composer, messages, openRoom, say } from "./talk";
import { attachment, pick, picture, text } from "./test-files";

const LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenmacher".slice(0, 60);

for (const viewport of [
  { width: 390, height: 844 },
  { width: 360, height: 740 },
]) {
  test(`a phone of ${viewport.width}x${viewport.height} has room for everything`, async ({ as, stranger }) => {
    const phone = { viewport, isMobile: true, hasTouch: true };
    const grace = await as(LONG, phone);
    const room = await meet(LONG, [grace]);
    await openRoom(grace, room);
    await expectNoSidewaysScroll(grace);

    await composer(grace).tap();
    await grace.keyboard.type("One line");
    await grace.keyboard.press("Enter");
    await grace.keyboard.type("and another");
    await grace.getByRole("button", { name: "Send" }).tap();
    await expect(messages(grace).getByRole("paragraph")).toHaveText("One line\nand another", { useInnerText: true });
    await expect(composer(grace)).toBeFocused();
    await composer(grace).fill(`${"long ".repeat(60)}\n`.repeat(6));
    await expect(grace.getByRole("button", { name: "Send" })).toBeInViewport({ ratio: 1 });
    await expect(messages(grace).last()).toBeInViewport();
    await composer(grace).fill("x".repeat(300));
    await grace.getByRole("button", { name: "Send" }).tap();
    await expect(messages(grace)).toHaveCount(2);
    await expectNoSidewaysScroll(grace);

    await expect(grace.getByRole("navigation", { name: "Rooms" })).toBeHidden();
    await grace.getByRole("button", { name: "Rooms and account" }).tap();
    const sheet = grace.getByRole("dialog", { name: "Rooms and account" });
    await expect(sheet.getByRole("link", { name: LONG })).toBeInViewport();
    await expectNoSidewaysScroll(grace);
    await sheet.getByRole("link", { name: "Lobby" }).tap();
    await expect(grace.getByRole("heading", { level: 1, name: "Lobby" })).toBeVisible();
    await expect(sheet).toBeHidden();
    await comeAlive(grace);

    await openRoom(grace, room);
    for (const choice of ["Members", "Invite by link", "Edit the room", "Archive", "Leave the room", "Delete room"]) {
      await chooseInRoomMenu(grace, choice);
      const dialog = grace.getByRole("dialog");
      await expect(dialog.getByRole("button", { name: "Close" })).toBeInViewport({ ratio: 1 });
      await expectNoSidewaysScroll(grace);
      await dialog.getByRole("button", { name: "Close" }).tap();
      await expect(dialog).toBeHidden();
    }

    await grace.getByRole("button", { name: "Rooms and account" }).tap();
    await chooseInAccountMenu(grace, "Settings");
    await expect(grace.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
    await expectNoSidewaysScroll(grace);

    const link = (await grace.person.call<{ url: string }>("POST", `/api/rooms/${room.id}/invites`, {})).url;
    for (const path of ["/sign-in", "/sign-up", link, "/invite/no-such-invite"]) {
      const door = await stranger(path, phone);
      await expect(door.getByRole("heading", { level: 1 })).toBeVisible();
      await expectNoSidewaysScroll(door);
      await door.close();
    }
  });
}

test("a file that is refused takes little room on a phone, and says all of why", async ({ as, expectTroubles }) => {
  expectTroubles(/^Connecting to 'blob:/, /status of 400/);
  const grace = await as("Grace", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  await openRoom(grace, await meet("Darkroom", [grace]));
  const broken = { ...(await picture(`${"a-long-name-".repeat(8)}.jpg`)), buffer: Buffer.from("no picture at all") };
  await pick(grace, broken, text("fine.txt", "Fine"));
  const card = attachment(grace, "a-long-name");
  const reason = card.getByRole("alert");
  await expect(reason).toBeInViewport({ ratio: 1 });
  expect((await card.boundingBox())?.height).toBeLessThan(125);
  expect((await reason.boundingBox())?.width).toBeGreaterThan(300);
  await expect(grace.getByRole("status").filter({ hasText: "A file could not be sent" })).toBeInViewport({ ratio: 1 });
  await expect(grace.getByRole("button", { name: "Send" })).toBeInViewport({ ratio: 1 });
  await expectNoSidewaysScroll(grace);
  await expectAccessible(grace, "a refused file, on a phone");
});

test("who wants less motion gets none", async ({ as }) => {
  const grace = await as("Grace", { reducedMotion: "reduce" });
  await openRoom(grace, await meet("Quiet room", [grace]));
  await say(grace, "Gently");
  await chooseInRoomMenu(grace, "Members");
  await expect(grace.getByRole("dialog").getByRole("listitem")).toHaveCount(1);
  const moving = await grace.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect, playState }) => playState === "running" && Number(effect?.getComputedTiming().duration) > 1)
      .map((animation) => String(Object(animation).animationName)),
  );
  expect(moving).toEqual([]);
});

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll("button, a, input, textarea, h1")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  expect(cut, "nothing stands beyond the edge").toEqual([]);
}
