import type { Page } from "@playwright/test";
import type { Room } from "@/protocol/frames";
import type { TestServer } from "../test/support/server";
import { expectAccessible } from "./axe";
import { expect, NETWORK_TROUBLES, type PersonPage, test } from "./fixtures";
import { comeBack } from "./network";
import { meet } from "./rooms";
import { seedMessages } from "./rows";
import {
  chooseInMessageMenu,
  chooseInRoomMenu,
  comeAlive,
  composer,
  log,
  message,
  messages,
  openRoom,
  say,
} from "./talk";
import { expectUploaded, pick, picture, send, text } from "./test-files";

const MINUTE_MS = 60_000;
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

test("from a picture in the panel to its message, 50,000 messages up, and back", async ({ as, server }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Archive", [grace, linus]);
  await sendPicture(grace, room, "first.jpg", "The very first picture");
  await seedLetters(server, room, grace, 50_000);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await expect(message(grace, "Letter 50000.")).toBeInViewport();
  const pages = countPages(grace);

  await chooseInRoomMenu(grace, "Files and links");
  const panel = grace.getByRole("dialog", { name: "Files in Archive" });
  await panel.getByRole("listitem").hover();
  await panel.getByRole("link", { name: "Show first.jpg in the conversation" }).click();
  await expect(panel).toBeHidden();
  const found = message(grace, "The very first picture");
  await expect(found).toBeInViewport({ ratio: 1 });
  await expect(found).toBeFocused();
  expect(await isPointedOut(grace)).toBe(true);
  expect(pages()).toBeLessThanOrEqual(6);
  await expect(grace).toHaveURL(/\/rooms\/archive.*\?message=\d+$/);
  await expect(grace.getByText("This is where the conversation began.")).toBeVisible();
  await expectAccessible(grace, "a message far back");

  // What comes meanwhile moves nothing, and is there on the way back.
  const place = await found.boundingBox();
  await say(linus, "News");
  await expect(grace.getByRole("button", { name: "Back to the newest" })).toBeVisible();
  await log(grace).hover();
  await grace.mouse.wheel(0, 3_000);
  await expect(message(grace, /^.*Letter 60\./)).toBeAttached();
  await grace.goBack();
  await expect(message(grace, "News")).toBeInViewport({ ratio: 1 });
  await grace.goForward();
  await expect(found).toBeFocused();
  expect(await found.boundingBox()).toEqual(place);
  await grace.getByRole("button", { name: "Back to the newest" }).click();
  await expect(message(grace, "News")).toBeInViewport({ ratio: 1 });
  await expect(grace).not.toHaveURL(/message=/);
  await expect(log(grace)).toBeFocused();
  await say(linus, "More news");
  await expect(message(grace, "More news")).toBeInViewport({ ratio: 1 });
});

test("who reads on from a message comes to the newest without a jump, and hears what comes", async ({ as, server }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Letters", [grace, linus]);
  await seedLetters(server, room, grace, 160);
  await grace.goto(`/rooms/${room.slug}?message=20`);
  await expect(message(grace, "Letter 20.")).toBeFocused();
  await expect(message(grace, "Letter 20.")).toBeInViewport({ ratio: 1 });
  await openRoom(linus, room);
  await say(linus, "News");

  await log(grace).hover();
  const seen = new Set<number>();
  await expect(async () => {
    await grace.mouse.wheel(0, 400);
    for (const words of await messages(grace).allInnerTexts()) seen.add(Number(/Letter (\d+)\./.exec(words)?.[1]));
    await expect(message(grace, "News")).toBeInViewport({ timeout: 100 });
  }).toPass();
  const missing = Array.from({ length: 141 }, (_, index) => index + 20).filter((letter) => !seen.has(letter));
  expect(missing).toEqual([]);
  await expect(grace.getByRole("button", { name: "Back to the newest" })).toHaveCount(0);
  await grace.mouse.wheel(0, 10_000);
  await say(linus, "More news");
  await expect(message(grace, "More news")).toBeInViewport({ ratio: 1 });
});

test("what is deleted far back while somebody reads there is deleted before their eyes", async ({ as, server }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Letters", [grace, linus]);
  await seedLetters(server, room, grace, 400);
  await linus.goto(`/rooms/${room.slug}?message=30`);
  await expect(message(linus, "Letter 30.")).toBeFocused();
  await grace.goto(`/rooms/${room.slug}?message=31`);
  await chooseInMessageMenu(grace, "Letter 31.", "Delete the message");
  await grace.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(message(linus, "This message was deleted.")).toBeVisible();
  await expect(message(linus, "Letter 31.")).toHaveCount(0);

  // Its address says so, too.
  await linus.goto(`/rooms/${room.slug}?message=31`);
  await expect(message(linus, "This message was deleted.")).toBeFocused();
  await linus.goto(`/rooms/${room.slug}?message=99999`);
  await expect(linus.getByText("There is no such message in this room.")).toBeVisible();
});

test("a file and a link lead to their messages, on a phone and by keyboard", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace", PHONE), as("Linus", { reducedMotion: "reduce" })]);
  const room = await meet("Desk", [grace, linus]);
  await openRoom(linus, room);
  await pick(linus, text("minutes.txt", "We met."));
  await expectUploaded(linus, 1);
  await composer(linus).fill("What we said");
  await send(linus);
  await say(linus, "See https://example.org/handbook");
  for (let n = 1; n <= 30; n++) await say(linus, `Talk ${n}`);

  await openRoom(grace, room);
  await chooseInRoomMenu(grace, "Files and links");
  const panel = grace.getByRole("dialog", { name: "Files in Desk" });
  await panel.getByRole("tab", { name: "Links" }).tap();
  await expectAccessible(grace, "links of a room, on a phone");
  await panel.getByRole("link", { name: /^Show https:\/\/example\.org\/handbook/ }).tap();
  await expect(panel).toBeHidden();
  await expect(message(grace, "See https")).toBeInViewport({ ratio: 1 });
  await expect(message(grace, "See https")).toBeFocused();

  await chooseInRoomMenu(linus, "Files and links");
  await linus.getByRole("tab", { name: "Files" }).click();
  await linus.getByRole("link", { name: "Show minutes.txt in the conversation" }).focus();
  await linus.keyboard.press("Enter");
  await expect(message(linus, "What we said")).toBeFocused();
  await expect(message(linus, "What we said")).toBeInViewport({ ratio: 1 });
  expect(await isPointedOut(linus)).toBe(true);
  // Once more to where one has been.
  await linus.getByRole("button", { name: "Go to the newest message" }).click();
  await expect(message(linus, "Talk 30")).toBeInViewport();
  await chooseInRoomMenu(linus, "Files and links");
  await linus.getByRole("tab", { name: "Files" }).click();
  await linus.getByRole("link", { name: "Show minutes.txt in the conversation" }).click();
  await expect(message(linus, "What we said")).toBeFocused();
});

test("the address of a message is copied, opened by another, and survives signing in", async ({
  as,
  stranger,
  server,
}) => {
  const grace = await as("Grace", { permissions: ["clipboard-read", "clipboard-write"] });
  const room = await meet("Letters", [grace]);
  await seedLetters(server, room, grace, 300);
  await openRoom(grace, room);
  await chooseInMessageMenu(grace, "Letter 300.", "Copy the link");
  await expect(grace.getByText("Copied.")).toBeVisible();
  const copied = await grace.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${server.url}/rooms/${room.slug}?message=300`);

  // As a program may have handed it on, with a question mark of its own.
  const visitor = await stranger(`/rooms/${room.slug}?from=a?b&message=7`);
  await visitor.getByRole("textbox", { name: "Email address" }).fill(grace.person.email);
  await visitor.getByRole("textbox", { name: "Password" }).fill(grace.person.password);
  await visitor.getByRole("button", { name: "Sign in" }).click();
  await expect(message(visitor, "Letter 7.")).toBeFocused();
});

test("what takes long is said to be on its way, and no longer when it is there", async ({ as, server }) => {
  const grace = await as("Grace");
  const room = await meet("Letters", [grace]);
  await seedLetters(server, room, grace, 200);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await grace.route(/\/messages\?(before|after)=/, (route) => released.then(() => route.continue()));
  await grace.goto(`/rooms/${room.slug}?message=7`);
  const notice = grace.getByRole("status").filter({ hasText: "Loading the message" });
  await expect(notice).toBeVisible();
  await expect(message(grace, "Letter 200.")).toBeInViewport();
  await expectAccessible(grace, "a message on its way");
  release();
  await expect(message(grace, "Letter 7.")).toBeFocused();
  await expect(notice).toHaveCount(0);
});

test("without the server it is said that the message could not be loaded", async ({ as, server, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES);
  const grace = await as("Grace");
  const room = await meet("Letters", [grace]);
  await sendPicture(grace, room, "first.jpg", "The very first picture");
  await seedLetters(server, room, grace, 200);
  await openRoom(grace, room);
  await chooseInRoomMenu(grace, "Files and links");
  const panel = grace.getByRole("dialog", { name: "Files in Letters" });
  const toPicture = panel.getByRole("link", { name: "Show first.jpg in the conversation" });
  await expect(toPicture).toBeAttached();
  grace.network.cut();
  await toPicture.focus();
  await grace.keyboard.press("Enter");
  await expect(grace.getByText("The message could not be loaded")).toBeVisible();
  await expect(message(grace, "Letter 200.")).toBeInViewport();
  await comeBack(grace);
  await comeAlive(grace);
  await chooseInRoomMenu(grace, "Files and links");
  await toPicture.focus();
  await grace.keyboard.press("Enter");
  await expect(message(grace, "The very first picture")).toBeFocused();
});

async function sendPicture(page: PersonPage, room: Room, name: string, words: string): Promise<void> {
  await openRoom(page, room);
  await pick(page, await picture(name));
  await expectUploaded(page, 1);
  await composer(page).fill(words);
  await send(page);
  await expect(page.getByTitle("On its way")).toHaveCount(0);
}

function seedLetters(server: TestServer, room: Room, { person }: PersonPage, count: number): Promise<void> {
  const end = Date.now() - MINUTE_MS;
  const letters = Array.from({ length: count }, (_, index) => ({
    author: person,
    message: `Letter ${index + 1}.${index % 7 === 3 ? " It goes on and on, as letters do.".repeat(index % 11) : ""}`,
    sentAt: new Date(end - (count - index) * 7 * MINUTE_MS),
  }));
  return seedMessages(server, room, letters);
}

/** Whether the message that has the focus has its colour for a moment. */
function isPointedOut(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const [animation] = document.activeElement?.getAnimations() ?? [];
    return Number(animation?.effect?.getComputedTiming().duration) >= 2_000;
  });
}

function countPages(page: Page): () => number {
  let count = 0;
  page.on("request", (request) => {
    if (/\/messages\?(before|after)=/.test(request.url())) count++;
  });
  return () => count;
}
