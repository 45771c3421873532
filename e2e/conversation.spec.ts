import type { Locator, Page } from "@playwright/test";
import type { Room } from "@/protocol/frames";
import { expect, test } from "./fixtures";
import { comeBack } from "./network";
import { meet } from "./rooms";
import { seedMessages } from "./rows";
import { comeAlive, composer, expectSaid, log, message, messages, openRoom, say } from "./talk";

const HOUR_MS = 60 * 60_000;

test("two people talk, and a third in another room sees nothing of it", async ({ as }) => {
  const [grace, linus, mallory] = await Promise.all([as("Grace"), as("Linus"), as("Mallory")]);
  const kitchen = await meet("Kitchen", [grace, linus]);
  const garden = await meet("Garden", [mallory, grace]);
  await Promise.all([openRoom(grace, kitchen), openRoom(linus, kitchen), openRoom(mallory, garden)]);

  await say(grace, "Is the soup ready?");
  await expect(message(linus, "Is the soup ready?")).toBeVisible();
  await say(linus, "Nearly!", "Bring the bowls.");
  const talk = ["Is the soup ready?", "Nearly!", "Bring the bowls."];
  for (const page of [grace, linus]) {
    await expect(messages(page).getByRole("paragraph")).toHaveText(talk);
  }

  // What comes now, over the same socket, shows that nothing came before.
  await grace.person.call("POST", `/api/rooms/${garden.id}/messages`, { message: "The roses are out." });
  await expect(messages(mallory).getByRole("paragraph")).toHaveText(["The roses are out."]);
  await expect(messages(linus).getByRole("paragraph")).toHaveText(talk);

  await linus.reload();
  await comeAlive(linus);
  await expect(messages(linus).getByRole("paragraph")).toHaveText(talk);
});

test("what one writes appears at once and stays where it is when it is stored", async ({ as, expectTroubles }) => {
  expectTroubles(/WebSocket connection to .* failed/);
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Kitchen", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);

  grace.network.cutSockets();
  await say(grace, "On its way");
  const own = message(grace, "On its way");
  await expect(own.getByText("On its way").last()).toBeVisible();
  await expect(own.getByTitle("On its way")).toBeVisible();
  const element = await own.elementHandle();

  await comeBack(grace);
  await expect(message(linus, "On its way")).toBeVisible();
  await expect(own.getByTitle("On its way")).toHaveCount(0);
  expect(await element?.evaluate((row) => row.isConnected)).toBe(true);
  await expect(own).toHaveCount(1);
});

test("messages stand in groups under their author, and days apart", async ({ as, server }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Kitchen", [grace, linus]);
  const at = (text: string) => new Date(text);
  await seedMessages(server, room, [
    { author: linus.person, message: "Happy birthday", sentAt: at("2024-02-29T08:00:00Z") },
    // Still the same day for the server, and the next one in Berlin.
    { author: linus.person, message: "Late greetings", sentAt: at("2024-02-29T23:30:00Z") },
    { author: grace.person, message: "Thank you", sentAt: at("2024-02-29T23:31:00Z") },
    { author: grace.person, message: "Both of you", sentAt: at("2024-02-29T23:32:00Z") },
    { author: grace.person, message: "A while later", sentAt: at("2024-02-29T23:50:00Z") },
    { author: linus.person, message: "Yesterday's news", sentAt: new Date(Date.now() - 24 * HOUR_MS) },
  ]);
  await openRoom(grace, room);
  await say(grace, "And today", "Once more");

  const heads = log(grace).getByRole("heading", { level: 2 });
  await expect(heads).toHaveText([
    "Kitchen",
    /^Thursday,? 29 February 2024$/,
    /^Friday,? 1 March 2024$/,
    "Yesterday",
    "Today",
  ]);
  const named = (text: string) => author(message(grace, text), /^(Grace|Linus)$/);
  for (const text of ["Happy birthday", "Late greetings", "Thank you", "A while later", "And today"]) {
    await expect(named(text)).toBeInViewport();
  }
  for (const text of ["Both of you", "Once more"]) {
    await expect(message(grace, text)).toHaveAccessibleName(/^Grace \d\d:\d\d$/);
    await expect(named(text)).toHaveCSS("clip-path", /./);
  }

  const time = message(grace, "Late greetings").getByRole("time");
  await expect(time).toHaveText("00:30");
  await expect(time).toHaveAttribute("title", /^Friday,? 1 March 2024 at 00:30:00$/);
});

test("Shift and Enter break the line, and what is blank is not sent", async ({ as }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Kitchen", [grace]));
  await composer(grace).press("Enter");
  await composer(grace).pressSequentially("Milk");
  await composer(grace).press("Shift+Enter");
  await composer(grace).pressSequentially("Honey");
  const before = await height(composer(grace));
  await composer(grace).press("Enter");

  await expect(messages(grace)).toHaveCount(1);
  await expect(messages(grace).getByRole("paragraph")).toHaveText("Milk\nHoney", { useInnerText: true });
  await expect(composer(grace)).toHaveValue("");
  expect(await height(composer(grace))).toBeLessThan(before);
});

test("going back to a room shows what came meanwhile, and what one had begun to write", async ({ as, server }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const [kitchen, garden] = [await meet("Kitchen", [grace, linus]), await meet("Garden", [grace])];
  await Promise.all([openRoom(grace, kitchen), openRoom(linus, kitchen)]);
  await say(linus, "Verse 1");
  await expect(message(grace, "Verse 1")).toBeVisible();
  await composer(grace).fill("Only begun");

  await grace.getByRole("link", { name: "Garden" }).click();
  await expect(grace.getByRole("heading", { level: 1, name: "Garden" })).toBeVisible();
  await expect(composer(grace)).toHaveValue("");
  await say(grace, "In the garden");
  const verses = Array.from({ length: 120 }, (_, index) => `Verse ${index + 1}`);
  await seedMessages(
    server,
    kitchen,
    verses.slice(1, -1).map((message) => ({ author: linus.person, message, sentAt: new Date() })),
  );
  await say(linus, "Verse 120");
  await expect(message(linus, "Verse 120").getByTitle("On its way")).toHaveCount(0);

  await grace.goBack();
  await expect(grace.getByRole("heading", { level: 1, name: "Kitchen" })).toBeVisible();
  await expect(message(grace, "Verse 120")).toBeInViewport();
  await expect(messages(grace).last()).toContainText("Verse 120");
  await expect(message(grace, "In the garden")).toHaveCount(0);
  await expect(composer(grace)).toHaveValue("Only begun");
  await expect(message(grace, /^.*Verse 119$/)).toHaveCount(1);

  await grace.goForward();
  await expect(messages(grace).getByRole("paragraph")).toHaveText(["In the garden"]);
  await say(grace, `Still in ${garden.name}`);
  await expect(messages(grace).getByRole("paragraph")).toHaveText(["In the garden", "Still in Garden"]);
});

test("what looks like markup is text, in messages, names and rooms", async ({ as }) => {
  const markup = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  const [grace, linus] = await Promise.all([as("Grace"), as("<b>Linus</b>")]);
  const room = await grace.person.call<Room>("POST", "/api/rooms", {
    name: "<i>Kitchen</i>",
    topic: markup,
    kind: "closed",
  });
  await grace.person.call("POST", `/api/rooms/${room.id}/members`, { userId: linus.person.id });
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(linus, markup, 'javascript:alert(1) [x](javascript:alert(1)) https://example.org/"onclick=alert(1)//');

  for (const page of [grace, linus]) {
    await expect(messages(page).getByRole("paragraph")).toHaveText([markup, /^javascript:alert/]);
    await expect(page.getByRole("heading", { level: 1, name: "<i>Kitchen</i>" })).toBeVisible();
    await expect(author(messages(page).first(), "<b>Linus</b>")).toBeVisible();
    await expect(log(page).getByRole("img")).toHaveCount(0);
    await expect(log(page).getByRole("link")).toHaveCount(1);
    await expect(log(page).getByRole("link")).toHaveAttribute("href", "https://example.org/");
    await page.reload();
    await comeAlive(page);
    await expect(message(page, markup)).toBeVisible();
    await expect(page).toHaveTitle("<i>Kitchen</i> · Adda");
  }
});

test("any script, emoji and length keep their shape", async ({ as }) => {
  const [layla, linus] = await Promise.all([as("ليلى بنت حسن"), as("Linus")]);
  const room = await meet("مطبخ", [layla, linus]);
  await Promise.all([openRoom(layla, room), openRoom(linus, room)]);
  const endless = "x".repeat(4_000);
  await say(layla, "مرحبا بكم (1, 2, 3)!");
  await say(linus, "👩🏽‍❤️‍💋‍👨🏻");
  await say(layla, endless);

  for (const page of [layla, linus]) {
    await expect(messages(page).getByRole("paragraph")).toHaveText(["مرحبا بكم (1, 2, 3)!", "👩🏽‍❤️‍💋‍👨🏻", endless]);
    await expect(author(messages(page).first(), "ليلى بنت حسن")).toHaveCSS("direction", "rtl");
    await expect(message(page, "مرحبا").getByRole("paragraph")).toHaveCSS("direction", "rtl");
    await expect(message(page, "👩🏽‍❤️‍💋‍👨🏻").getByRole("paragraph")).toHaveCSS("direction", "ltr");
    expect(await overflow(page)).toBe(0);
  }

  await composer(linus).fill(`${endless}!`);
  await expect(composer(linus)).toHaveAccessibleDescription(/1 character too many/);
  await composer(linus).press("Enter");
  await expect(composer(linus)).toHaveValue(`${endless}!`);
  await composer(linus).press("Backspace");
  await composer(linus).press("Enter");
  await expectSaid(layla, /x{4000}/, [endless, endless]);
});

function author(row: Locator, name: string | RegExp): Locator {
  return row.getByText(name, { exact: true });
}

async function height(element: Locator): Promise<number> {
  return (await element.boundingBox())?.height ?? 0;
}

/** By how much the page is wider than the window, and the conversation than its place. */
async function overflow(page: Page): Promise<number> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return beyond + (await log(page).evaluate((log) => log.scrollWidth - log.clientWidth));
}
