import type { Locator } from "@playwright/test";
import type { Room } from "@/protocol/frames";
import type { TestPerson } from "../test/support/person";
import type { TestServer } from "../test/support/server";
import { expect, test } from "./fixtures";
import { startOdometer } from "./odometer";
import { meet } from "./rooms";
import { seedMessages } from "./rows";
import { comeAlive, log, message, messages, openRoom, say } from "./talk";

const COUNT = 500;
const MINUTE_MS = 60_000;
const WHEEL_PX = 700;
const DROPPED_MAX_PX = 2 * WHEEL_PX;

test("scrolling back through 500 messages shows each, and the text moves only as the wheel does", async ({
  as,
  server,
}) => {
  test.setTimeout(2 * MINUTE_MS);
  const grace = await as("Grace");
  const room = await meet("Archive of letters", [grace]);
  await seedLetters(server, room, grace.person);
  await openRoom(grace, room);
  await expect(message(grace, "Letter 500.")).toBeInViewport();

  const odometer = await startOdometer(log(grace));
  await log(grace).hover();
  let dropped = 0;
  for (let asked = 0, left = WHEEL_PX; left > 0; ) {
    await expect.poll(async () => (left = await leftAbove(log(grace))), "older ones load").toBeLessThan(UNKNOWN);
    const step = Math.min(WHEEL_PX, left);
    await grace.mouse.wheel(0, -step);
    asked += step;
    await odometer.atRest();
    const travelled = await odometer.travelled();
    expect(travelled, "the text moves no further than the wheel").toBeLessThanOrEqual(asked);
    // A busy browser drops a notch now and then: what it did not do is asked for again.
    dropped = asked - travelled;
  }
  expect(dropped, "the text follows the wheel").toBeLessThanOrEqual(DROPPED_MAX_PX);
  await expect(message(grace, "Letter 1.")).toBeInViewport();
  expect(await odometer.backwards()).toBe(0);

  const seen = await odometer.seen();
  const missing = letters().filter((letter) => !seen.has(letter));
  expect(missing).toEqual([]);

  await grace.reload();
  await comeAlive(grace);
  await expect(message(grace, "Letter 500.")).toBeInViewport();
});

test("by keyboard alone, far from the message that had the focus, the keys go on from what is in view", async ({
  as,
  server,
}) => {
  const grace = await as("Grace");
  const room = await meet("Letters", [grace]);
  await seedLetters(server, room, grace.person);
  await openRoom(grace, room);
  await log(grace).focus();
  await grace.keyboard.press("ArrowUp");
  await expect(message(grace, "Letter 500.")).toBeFocused();
  await expect(async () => {
    await grace.keyboard.press("PageUp");
    await expect(message(grace, "Letter 500.")).toHaveCount(0, { timeout: 100 });
  }).toPass();
  await expect(log(grace)).toBeFocused();
  // The pages scroll smoothly: a key in the middle of it goes to a message that is about to leave the view.
  await expect.poll(() => log(grace).evaluate(isAtRest)).toBe(true);
  await grace.keyboard.press("ArrowUp");
  const focused = messages(grace).and(grace.locator(":focus"));
  await expect(focused).toBeInViewport();
});

test("who reads further up is not moved by what comes, and is told of it", async ({ as, server }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Letters", [grace, linus]);
  await seedLetters(server, room, grace.person);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);

  await say(linus, "At the end");
  await expect(message(grace, "At the end")).toBeInViewport();

  await log(grace).hover();
  await grace.mouse.wheel(0, -1_500);
  const toNewest = grace.getByRole("button", { name: "Go to the newest message" });
  await expect(toNewest).toBeVisible();
  const odometer = await startOdometer(log(grace));
  await say(linus, "Story one", "Story two\nof two lines");
  await expect(grace.getByRole("button", { name: "2 new messages" })).toBeVisible();
  await expect(message(grace, "Story one")).not.toBeInViewport();
  expect(await odometer.travelled()).toBe(0);

  await grace.getByRole("button", { name: "2 new messages" }).click();
  await expect(message(grace, "Story two")).toBeInViewport({ ratio: 1 });
  await expect(grace.getByRole("button", { name: /new message/ })).toHaveCount(0);
  await expect(toNewest).toHaveCount(0);

  await grace.mouse.wheel(0, -1_500);
  await expect(toNewest).toBeVisible();
  await say(grace, "My own");
  await expect(message(grace, "My own")).toBeInViewport({ ratio: 1 });
});

test("older messages that could not be loaded are asked for again", async ({ as, server, expectTroubles }) => {
  expectTroubles(/net::ERR_|WebSocket connection/);
  const grace = await as("Grace");
  const room = await meet("Letters", [grace]);
  await seedLetters(server, room, grace.person);
  await openRoom(grace, room);

  grace.network.cut();
  await log(grace).focus();
  await grace.keyboard.press("Home");
  await expect(grace.getByText("Older messages could not be loaded.")).toBeVisible();
  grace.network.mend();
  await grace.getByRole("button", { name: "Try again" }).click();
  await expect(message(grace, "Letter 440.")).toBeAttached();
});

function seedLetters(server: TestServer, room: Room, author: TestPerson): Promise<void> {
  const end = Date.now() - MINUTE_MS;
  return seedMessages(
    server,
    room,
    letters().map((message, index) => ({ author, message, sentAt: new Date(end - (COUNT - index) * 7 * MINUTE_MS) })),
  );
}

/** Of one line, of several, and of long ones that wrap. */
function letters(): string[] {
  return Array.from({ length: COUNT }, (_, index) => {
    const letter = `Letter ${index + 1}.`;
    if (index % 7 === 3) return `${letter} ${"It goes on and on, as letters do. ".repeat(1 + (index % 11))}`.trim();
    if (index % 5 === 2) return `${letter}\nWith love,\nyours`;
    return letter;
  });
}

const UNKNOWN = 1_000_000;

/** How far the conversation can be scrolled up, when that is known: at its beginning, or far enough before. */
function leftAbove(log: Locator): Promise<number> {
  return log.evaluate(
    (log, { enough, unknown }) => {
      const left = Math.round(log.scrollHeight - log.clientHeight + log.scrollTop);
      const whole = log.textContent?.includes("This is where the conversation began.");
      return whole || left >= enough ? left : unknown;
    },
    { enough: WHEEL_PX, unknown: UNKNOWN },
  );
}

/** Whether what scrolls stays where it is for two frames. */
async function isAtRest(scroller: Element): Promise<boolean> {
  const before = scroller.scrollTop;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return scroller.scrollTop === before;
}
