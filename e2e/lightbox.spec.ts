import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, type PersonPage, test } from "./fixtures";
import { meet } from "./rooms";
import { chooseInMessageMenu, chooseInRoomMenu, composer, message, messages, openRoom } from "./talk";
import { expectUploaded, pick, picture, send, sound, type TestFile, text, video } from "./test-files";

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

test("pictures and videos are leafed through in their order, and a video stops when it is left", async ({ as }) => {
  const grace = await as("Grace", { reducedMotion: "reduce" });
  await openRoom(grace, await meet("Cinema", [grace]));
  await say(grace, "One", await picture("one.jpg"));
  await say(grace, "Two", await video(grace, "clip.webm"));
  await say(grace, "Three", await picture("three.jpg", 500, 900, 30));

  const inline = messages(grace).getByLabel("Video clip.webm");
  await inline.hover();
  await play(inline);
  await grace.getByRole("button", { name: "Show clip.webm large" }).click();
  expect(await isPlaying(inline)).toBe(false);
  const lightbox = grace.getByRole("dialog", { name: "Grace" });
  const large = lightbox.getByLabel("Video clip.webm");
  await expect(lightbox.getByRole("status")).toContainText("2 of 3: Video clip.webm");
  await expect(lightbox.getByRole("button", { name: /^Zoom/ })).toHaveCount(0);
  await expect.poll(() => timeOf(large)).toBeGreaterThan(0.3);
  expect((await large.boundingBox())?.width).toBeGreaterThanOrEqual(320);
  await expectAccessible(grace, "a video in the lightbox");

  // The player keeps its keys, the lightbox has them elsewhere.
  await large.focus();
  await grace.keyboard.press("ArrowRight");
  await expect(large).toBeVisible();
  await lightbox.focus();
  await large.evaluate((element: HTMLVideoElement) => {
    element.pause();
    element.currentTime = 0;
    element.loop = true;
  });
  await grace.keyboard.press("Space");
  await expect.poll(() => isPlaying(large)).toBe(true);
  const left = await large.elementHandle();
  await grace.keyboard.press("ArrowRight");
  await expect(lightbox.getByRole("img", { name: "Picture three.jpg" })).toBeVisible();
  expect(await left?.evaluate((element) => (element as HTMLVideoElement).paused)).toBe(true);
  await grace.keyboard.press("ArrowLeft");
  await expect(large).toBeVisible();
  expect(await isPlaying(large)).toBe(false);
  await lightbox.getByRole("button", { name: "Previous" }).click();
  await expect(lightbox.getByRole("img", { name: "Picture one.jpg" })).toBeVisible();
  await grace.keyboard.press("ArrowRight");
  await grace.keyboard.press("Escape");
  await expect(grace.getByRole("button", { name: "Show clip.webm large" })).toBeFocused();

  await chooseInRoomMenu(grace, "Files and links");
  const panel = grace.getByRole("dialog", { name: "Files in Cinema" });
  await panel.getByRole("link", { name: "Video clip.webm" }).click();
  await expect(lightbox.getByRole("status")).toContainText("2 of 3: Video clip.webm");
  await expect.poll(() => timeOf(large)).toBeGreaterThan(0.2);
  await lightbox.getByRole("button", { name: "Next" }).click();
  await expect(lightbox.getByRole("img", { name: "Picture one.jpg" })).toBeVisible();
  await lightbox.getByRole("link", { name: "Show in the conversation" }).click();
  await expect(lightbox).toHaveCount(0);
  await expect(panel).toBeHidden();
  await expect(message(grace, "One")).toBeFocused();
});

test("two fingers zoom, one moves what is zoomed and swipes what is not", async ({ as }) => {
  const grace = await as("Grace", PHONE);
  await openRoom(grace, await meet("Gallery", [grace]));
  await say(grace, "Pictures", await picture("one.jpg"), await picture("two.jpg", 600, 900, 30));
  await grace.getByRole("link", { name: "Picture one.jpg" }).tap();
  const lightbox = grace.getByRole("dialog", { name: "Grace" });
  const one = lightbox.getByRole("img", { name: "Picture one.jpg" });
  await expect(one).toBeVisible();
  const whole = await boxOf(one);
  const fingers = await hand(grace);

  await fingers.drag([
    [
      { x: 165, y: 420 },
      { x: 65, y: 420 },
    ],
    [
      { x: 225, y: 420 },
      { x: 325, y: 420 },
    ],
  ]);
  await expect.poll(async () => (await boxOf(one)).width / whole.width).toBeGreaterThan(2.5);
  await fingers.drag([
    [
      { x: 300, y: 420 },
      { x: 200, y: 420 },
    ],
  ]);
  await expect(one).toBeVisible();
  expect((await boxOf(one)).width / whole.width).toBeGreaterThan(2.5);

  await fingers.drag([
    [
      { x: 65, y: 420 },
      { x: 180, y: 420 },
    ],
    [
      { x: 325, y: 420 },
      { x: 210, y: 420 },
    ],
  ]);
  await expect.poll(async () => (await boxOf(one)).width).toBeCloseTo(whole.width);
  await fingers.drag([
    [
      { x: 320, y: 420 },
      { x: 80, y: 430 },
    ],
  ]);
  const two = lightbox.getByRole("img", { name: "Picture two.jpg" });
  await expect(two).toBeVisible();
  await fingers.drag([
    [
      { x: 200, y: 300 },
      { x: 215, y: 600 },
    ],
  ]);
  await expect(two).toBeVisible();
  await fingers.drag([
    [
      { x: 80, y: 420 },
      { x: 320, y: 430 },
    ],
  ]);
  await expect(one).toBeVisible();
  await expectAccessible(grace, "lightbox, on a phone");
  // Whatever the fingers did, the page itself was not zoomed.
  expect(await grace.evaluate(() => visualViewport?.scale)).toBe(1);
});

test("what is looked at, listed or played goes when its message is deleted", async ({ as, expectTroubles }) => {
  expectTroubles(/status of 404/);
  const [grace, linus, mary] = await Promise.all([as("Grace"), as("Linus"), as("Mary")]);
  const room = await meet("Archive", [grace, linus, mary]);
  await Promise.all([grace, linus, mary].map((page) => openRoom(page, room)));
  await say(grace, "A picture", await picture("secret.jpg"));
  await say(grace, "A sound", sound("song.wav", 20));
  await say(grace, "A paper", text("plan.txt", "Secret"));

  const song = messages(linus).getByLabel("Sound song.wav");
  await play(song);
  const player = await song.elementHandle();
  await message(linus, "A picture").getByRole("link", { name: "Picture secret.jpg" }).click();
  await expect(linus.getByRole("dialog", { name: "Grace" })).toBeVisible();
  await chooseInRoomMenu(mary, "Files and links");
  const panel = mary.getByRole("dialog", { name: "Files in Archive" });
  await expect(panel.getByRole("link", { name: "Picture secret.jpg" })).toBeVisible();

  await remove(grace, "A picture");
  await expect(linus.getByRole("dialog")).toHaveCount(0);
  await expect(linus.getByText("What you were looking at was deleted.")).toBeVisible();
  await expect(panel.getByText("No pictures yet")).toBeVisible();

  await panel.getByRole("tab", { name: "Files" }).click();
  await expect(panel.getByRole("list", { name: "Files" }).getByRole("listitem")).toHaveCount(2);
  await remove(grace, "A sound");
  await expect(panel.getByRole("list", { name: "Files" }).getByRole("listitem")).toHaveCount(1);
  await expect(song).toHaveCount(0);
  expect(await player?.evaluate((element) => (element as HTMLAudioElement).paused)).toBe(true);
  await remove(grace, "A paper");
  await expect(panel.getByText("No files yet")).toBeVisible();
});

async function say(page: PersonPage, words: string, ...files: TestFile[]): Promise<void> {
  await pick(page, ...files);
  await expectUploaded(page, files.length);
  await composer(page).fill(words);
  await send(page);
  await expect(page.getByTitle("On its way")).toHaveCount(0);
}

async function remove(page: Page, words: string): Promise<void> {
  await chooseInMessageMenu(page, words, "Delete the message");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
}

async function play(player: Locator): Promise<void> {
  await player.evaluate((element: HTMLMediaElement) => element.play());
}

function isPlaying(player: Locator): Promise<boolean> {
  return player.evaluate((element: HTMLMediaElement) => !element.paused);
}

function timeOf(player: Locator): Promise<number> {
  return player.evaluate((element: HTMLMediaElement) => element.currentTime);
}

async function boxOf(shown: Locator) {
  const box = await shown.boundingBox();
  if (!box) throw new Error("It is not shown.");
  return box;
}

type Point = { x: number; y: number };

/** Fingers that touch the screen, each drawn from one point to another, at once. */
async function hand(page: Page) {
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: (Point & { id: number })[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints });
  return {
    async drag(paths: [from: Point, to: Point][]): Promise<void> {
      const at = (part: number) =>
        paths.map(([from, to], id) => ({
          id,
          x: from.x + (to.x - from.x) * part,
          y: from.y + (to.y - from.y) * part,
        }));
      await touch("touchStart", at(0));
      for (let step = 1; step <= 8; step++) await touch("touchMove", at(step / 8));
      await touch("touchEnd", []);
    },
  };
}
