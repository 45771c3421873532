import type { Page } from "@playwright/test";
import { signIn } from "./door";
import { expect, NETWORK_TROUBLES, test } from "./fixtures";
import { comeBack } from "./network";
import { meet } from "./rooms";
import {
  chooseInAccountMenu,
  chooseInRoomMenu,
  comeAlive,
  composer,
  expectSaid,
  message,
  messages,
  OFFLINE,
  openRoom,
  RECONNECT_MAX_MS,
  say,
} from "./talk";

test.beforeEach(({ expectTroubles }) => expectTroubles(NETWORK_TROUBLES));

test("what is written offline survives a reload and goes out once, in order", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Train", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(grace, "Off we go");
  await expect(message(linus, "Off we go")).toBeVisible();

  grace.network.cut();
  await expect(grace.getByText(OFFLINE)).toBeVisible();
  await say(grace, "Tunnel one", "Tunnel two");
  await say(linus, "Are you there?", "Hello?");

  // The pages are back before the socket is.
  grace.network.cutSockets();
  await grace.reload();
  await say(grace, "Tunnel three");
  await expectSaid(grace, /Tunnel/, ["Tunnel one", "Tunnel two", "Tunnel three"]);
  await grace.reload();
  await expectSaid(grace, /Tunnel/, ["Tunnel one", "Tunnel two", "Tunnel three"]);
  await expect(message(linus, "Tunnel")).toHaveCount(0);

  await grace.getByRole("button", { name: "Try now" }).click();
  await expect(grace.getByText(OFFLINE)).toBeVisible();
  await comeBack(grace);
  const talk = ["Off we go", "Are you there?", "Hello?", "Tunnel one", "Tunnel two", "Tunnel three"];
  for (const page of [linus, grace]) {
    await expect(messages(page).getByRole("paragraph")).toHaveText(talk);
    await expect(page.getByTitle("On its way")).toHaveCount(0);
  }
  await expect(grace.getByText("You are back")).toBeVisible();
  await grace.reload();
  await expect(messages(grace).getByRole("paragraph")).toHaveText(talk);
});

test("a connection that breaks and heals by itself loses nothing", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Train", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);

  const said: string[] = [];
  for (let tunnel = 1; tunnel <= 3; tunnel++) {
    grace.network.cutSockets();
    await say(grace, `Tunnel ${tunnel}`);
    await say(linus, `Station ${tunnel}`);
    said.push(`Station ${tunnel}`, `Tunnel ${tunnel}`);
    await expect(message(linus, `Station ${tunnel}`).getByTitle("On its way")).toHaveCount(0);
    grace.network.mend();
    await expectSaid(linus, /Tunnel|Station/, said);
    await expectSaid(grace, /Tunnel|Station/, said);
  }
});

test("the server is killed under two open pages, and both go on", async ({ as, server }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Engine room", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(grace, "Grace 1");
  await expect(message(linus, "Grace 1")).toBeVisible();

  const writing = Promise.all([
    say(grace, "Grace 2", "Grace 3", "Grace 4", "Grace 5"),
    say(linus, "Linus 1", "Linus 2", "Linus 3", "Linus 4"),
  ]);
  await server.kill();
  await writing;
  await say(grace, "Grace 6");
  await say(linus, "Linus 5");
  await server.restart();

  for (const page of [grace, linus]) {
    await expect(page.getByText(OFFLINE)).toBeHidden({ timeout: RECONNECT_MAX_MS });
    await expectSaid(page, /Grace/, numbered("Grace", 6));
    await expectSaid(page, /Linus/, numbered("Linus", 5));
    await expect(page.getByTitle("On its way")).toHaveCount(0);
  }
  const order = await messages(grace).getByRole("paragraph").allTextContents();
  await expect(messages(linus).getByRole("paragraph")).toHaveText(order);
  await say(linus, "All well?");
  await expect(message(grace, "All well?")).toBeVisible();
  await grace.reload();
  await comeAlive(grace);
  await expect(messages(grace).getByRole("paragraph")).toHaveText([...order, "All well?"]);
});

test("two tabs share what is not sent, and send it once", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Train", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  const tab = await grace.context().newPage();
  await openRoom(tab, room);

  grace.network.cutSockets();
  await say(grace, "Left 1", "Left 2");
  await say(tab, "Right 1", "Right 2");
  const all = ["Left 1", "Left 2", "Right 1", "Right 2"];
  for (const page of [grace, tab]) {
    await page.reload();
    await expectSaid(page, /Left|Right/, all);
  }
  await comeBack(grace);
  for (const page of [linus, grace, tab]) {
    await expectSaid(page, /Left|Right/, all);
    await expect(page.getByTitle("On its way")).toHaveCount(0);
  }
  await tab.reload();
  await comeAlive(tab);
  await expectSaid(tab, /Left|Right/, all);
});

test("a message that is refused says why, keeps its text and can be tried again or discarded", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Old plans", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);

  linus.network.cutSockets();
  await say(linus, "Too late", "Never mind", "Let me rephrase");
  await chooseInRoomMenu(grace, "Archive");
  await grace.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await expect(grace.getByText("This room is archived.")).toBeVisible();
  await comeBack(linus);
  for (const text of ["Too late", "Never mind", "Let me rephrase"]) {
    await expect(message(linus, text).getByRole("alert")).toContainText("Not sent: This room is archived");
  }
  await linus.reload();
  await comeAlive(linus);
  await message(linus, "Never mind").getByRole("button", { name: "Discard" }).click();
  await expect(message(linus, "Never mind")).toHaveCount(0);

  await message(linus, "Too late").getByRole("button", { name: "Try again" }).click();
  await expect(message(linus, "Too late").getByRole("alert")).toBeVisible();
  await chooseInRoomMenu(grace, "Bring it back");
  await expect(composer(linus)).toBeVisible();
  await message(linus, "Too late").getByRole("button", { name: "Try again" }).click();
  await expect(message(linus, "Too late").getByRole("alert")).toHaveCount(0);
  await expect(messages(grace).getByRole("paragraph")).toHaveText(["Too late"]);

  await message(linus, "Let me rephrase").getByRole("button", { name: "Edit" }).click();
  await expect(message(linus, "Let me rephrase")).toHaveCount(0);
  await expect(composer(linus)).toBeFocused();
  await expect(composer(linus)).toHaveValue("Let me rephrase");
  await composer(linus).press("Enter");
  await expect(messages(grace).getByRole("paragraph")).toHaveText(["Too late", "Let me rephrase"]);
});

test("who writes too fast is slowed down, and every message arrives in order", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Races", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(grace, ...numbered("Lap", 26));
  await expectSaid(linus, /Lap/, numbered("Lap", 26));
  await expectSaid(grace, /Lap/, numbered("Lap", 26));
});

test("signing out asks before it throws away what was not sent, and then leaves nothing", async ({ as }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Train", [grace]));
  await composer(grace).fill("Only begun");
  await grace.goto("/rooms/lobby");
  await comeAlive(grace);
  grace.network.cutSockets();
  await say(grace, "Not sent yet");

  await chooseInAccountMenu(grace, "Sign out");
  const dialog = grace.getByRole("dialog", { name: "Sign out and lose what was not sent?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(message(grace, "Not sent yet")).toBeVisible();
  await chooseInAccountMenu(grace, "Sign out");
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await expect(grace).toHaveURL(/\/sign-in$/);
  await expect(grace.getByText("You were signed out.")).toHaveCount(0);

  expect(await kept(grace)).not.toMatch(/Only begun|Not sent yet/);
});

test("what was not sent waits for its author's next sign-in, and is nobody else's", async ({ as }) => {
  const [grace, linus, mallory] = await Promise.all([as("Grace"), as("Linus"), as("Mallory")]);
  const room = await meet("Train", [grace, linus, mallory]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  grace.network.cutSockets();
  await say(grace, "Hold this for me");
  await composer(grace).fill("And this");

  const laptop = await as(grace.person);
  await chooseInAccountMenu(laptop, "Sign out everywhere");
  await laptop.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(laptop).toHaveURL(/\/sign-in$/);
  // Nobody tells the page that it is online: it tries again by itself, and leads away as soon as it is refused.
  grace.network.mend();
  await expect(grace.getByText("You were signed out.")).toBeVisible({ timeout: RECONNECT_MAX_MS });

  await signIn(grace, mallory.person);
  await comeAlive(grace);
  await say(grace, "Mallory was here");
  await expect(message(linus, "Mallory was here")).toBeVisible();
  await expect(messages(grace).getByRole("paragraph")).toHaveText(["Mallory was here"]);
  await chooseInAccountMenu(grace, "Sign out");
  await expect(grace).toHaveURL(/\/sign-in$/);

  await grace.goto(`/rooms/${room.slug}`);
  await signIn(grace, grace.person);
  await comeAlive(grace);
  await expect(messages(linus).getByRole("paragraph")).toHaveText(["Mallory was here", "Hold this for me"]);
  await expect(composer(grace)).toHaveValue("And this");
});

function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);
}

/** All that the browser holds for this server. */
async function kept(page: Page): Promise<string> {
  return JSON.stringify(await page.context().storageState({ indexedDB: true }));
}
