import type { Locator } from "@playwright/test";
import type { Room } from "@/protocol/frames";
import { expectAccessible } from "./axe";
import { expect, type PersonPage, test } from "./fixtures";
import { meet, uniqueName } from "./rooms";
import { seedLinkPreview } from "./rows";
import { chooseInAccountMenu, chooseInRoomMenu, comeAlive, composer, messages, openRoom, say } from "./talk";
import { expectUploaded, pick, picture, send, text } from "./test-files";

test("a room's pictures, files and links are collected, searched, and paged", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace", { reducedMotion: "reduce" }), as("Linus")]);
  const room = await meet("Archive", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);

  await openPanel(grace);
  const panel = grace.getByRole("dialog", { name: "Files in Archive" });
  await expect(panel.getByText("No pictures yet")).toBeVisible();
  await expectAccessible(grace, "files of a room, empty");
  await grace.keyboard.press("Escape");
  await expect(grace.getByRole("button", { name: "Room menu" })).toBeFocused();

  await pick(linus, await picture("sea.jpg"), await picture("hill.jpg", 400, 600, 90), text("minutes.txt", "We met."));
  await expectUploaded(linus, 3);
  await send(linus);
  await say(linus, "See https://example.org/handbook");
  await expect(messages(grace)).toHaveCount(2);
  for (let n = 1; n <= 6; n++) {
    await pick(linus, ...Array.from({ length: 10 }, (_, index) => text(`note-${n}-${index}.txt`, "x")));
    await expectUploaded(linus, 10);
    await send(linus);
  }
  await expect(messages(grace)).toHaveCount(8);

  await openPanel(grace);
  await expect(panel.getByRole("list", { name: "Pictures" }).getByRole("listitem")).toHaveCount(2);
  await panel.getByRole("link", { name: "Picture hill.jpg" }).click();
  await expect(grace.getByRole("dialog", { name: "Linus" }).getByRole("status")).toContainText("of 2");
  await grace.keyboard.press("Escape");
  await expect(panel).toBeVisible();

  await panel.getByRole("tab", { name: "Files" }).click();
  const files = panel.getByRole("list", { name: "Files" }).getByRole("listitem");
  await expect(files).toHaveCount(50);
  await panel.getByRole("button", { name: "Load more" }).click();
  await expect(files).toHaveCount(61);
  await expect(panel.getByRole("button", { name: "Load more" })).toHaveCount(0);
  await panel.getByRole("searchbox").fill("minut");
  await expect(files).toHaveCount(1);
  await expectAccessible(grace, "files of a room, searched");
  await panel.getByRole("searchbox").fill("nothing like it");
  await expect(panel.getByText("Nothing found")).toBeVisible();
  await panel.getByRole("searchbox").fill("");
  await panel.getByRole("tab", { name: "Links" }).click();
  await expect(panel.getByRole("link", { name: /^https:\/\/example\.org\/handbook/ })).toBeVisible();
});

test("a link shows what its page says of itself, until its sender takes that off", async ({ as, server }) => {
  const [grace, linus] = await Promise.all([as("Grace", { reducedMotion: "reduce" }), as("Linus")]);
  const room = await meet("Library", [grace, linus]);
  await openRoom(grace, room);
  const address = "https://example.org/handbook";
  const hasSwitch = grace.getByRole("checkbox", { name: "Preview the link" });
  await composer(grace).fill("No link");
  await expect(hasSwitch).toHaveCount(0);
  await composer(grace).fill(address);
  await hasSwitch.uncheck();
  await composer(grace).press("Enter");
  await expect(messages(grace)).toHaveCount(1);
  await expect(grace.getByTitle("On its way")).toHaveCount(0);

  await seedLinkPreview(server, room, address, {
    url: address,
    title: "The handbook",
    description: "How things are done here.",
    site: "Example",
  });
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  for (const page of [grace, linus]) {
    await expect(messages(page).getByRole("link", { name: /The handbook/ })).toHaveAttribute("href", address);
  }
  await expectAccessible(grace, "a message with the preview of a link");
  await expect(linus.getByRole("button", { name: "Take off the preview" })).toHaveCount(0);
  await grace.getByRole("button", { name: "Take off the preview" }).click();
  for (const page of [grace, linus]) {
    await expect(messages(page).getByRole("link", { name: /The handbook/ })).toHaveCount(0);
  }
});

test("people and rooms have pictures, which everybody sees", async ({ as, expectTroubles }) => {
  expectTroubles(/status of 400/);
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Garden", [grace, linus]);
  await openRoom(grace, room);
  await chooseInAccountMenu(grace, "Settings");
  await choosePicture(grace, { ...(await picture("me.jpg")), buffer: Buffer.from("no picture") });
  await expect(grace.getByRole("region", { name: "You" }).getByRole("alert")).toContainText(
    "called a picture and is none",
  );
  await choosePicture(grace, await picture("me.jpg", 500, 500, 20));
  await expect(grace.getByText("The picture is changed.")).toBeVisible();
  await expectAccessible(grace, "settings with a picture");

  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await expect(linus.locator("[data-face] img")).toHaveCount(0);
  await chooseInRoomMenu(grace, "Edit the room");
  await choosePicture(grace, await picture("roses.jpg", 500, 500, 340));
  await expect(grace.getByText("The picture is changed.")).toBeVisible();
  await grace.keyboard.press("Escape");
  await say(grace, "Do you see me?");

  const face = (within: Locator) => within.locator("[data-face] img");
  const inHeader = face(linus.getByRole("main").locator("header"));
  const inSidebar = face(linus.getByRole("link", { name: "Garden" }));
  await expect(inHeader).toHaveJSProperty("naturalWidth", 480);
  await expect(inSidebar).toBeVisible();
  await linus.keyboard.press("Control+k");
  await expect(face(linus.getByRole("option", { name: /^Garden/ }))).toBeVisible();
  await linus.keyboard.press("Escape");

  // Another one takes its place before everybody's eyes, and none the same.
  const before = (await inSidebar.getAttribute("src")) ?? "";
  await chooseInRoomMenu(grace, "Edit the room");
  await choosePicture(grace, await picture("tulips.jpg", 500, 500, 40));
  for (const shown of [inHeader, inSidebar]) await expect(shown).not.toHaveAttribute("src", before);
  await expectAccessible(linus, "a room with a picture");
  for (const path of [`/pictures/person/${grace.person.id}`, `/pictures/room/${room.id}`]) {
    const answer = await linus.request.get(path);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()["content-type"]).toBe("image/webp");
  }
  expect((await linus.request.get(`/pictures/person/${linus.person.id}`)).status()).toBe(204);
  await grace.getByRole("button", { name: "Take it away" }).click();
  for (const shown of [inHeader, inSidebar]) await expect(shown).toHaveCount(0);
  await grace.keyboard.press("Escape");

  await chooseInAccountMenu(grace, "Settings");
  await grace.getByRole("button", { name: "Take it away" }).click();
  const status = async () => (await linus.request.get(`/pictures/person/${grace.person.id}`)).status();
  await expect.poll(status).toBe(204);
  await expect(grace.getByText("The picture is taken away.")).toBeVisible();
});

test("the picture of a room changes for whoever changes it from outside", async ({ as, owner }) => {
  const [olga, grace] = await Promise.all([as(owner), as("Grace")]);
  const name = uniqueName("Orchard");
  const { slug } = await grace.person.call<Room>("POST", "/api/rooms", { name, kind: "open" });
  await olga.goto(`/rooms/${slug}`);
  await expect(olga.getByRole("button", { name: "Join room" })).toBeVisible();
  await chooseInRoomMenu(olga, "Edit the room");
  await choosePicture(olga, await picture("pears.jpg", 500, 500, 80));
  const dialog = olga.getByRole("dialog", { name: "Edit the room" });
  const shown = [dialog.locator("[data-face] img"), olga.locator("main header [data-face] img")];
  for (const face of shown) await expect(face).toHaveJSProperty("naturalWidth", 480);
  const before = (await shown[1]?.getAttribute("src")) ?? "";
  await choosePicture(olga, await picture("plums.jpg", 500, 500, 280));
  for (const face of shown) await expect(face).not.toHaveAttribute("src", before);
  await dialog.getByRole("button", { name: "Take it away" }).click();
  for (const face of shown) await expect(face).toHaveCount(0);
});

test("a room whose picture cannot be had shows its door, also where it failed before the page came alive", async ({
  as,
}) => {
  const grace = await as("Grace");
  const room = await meet("Cellar", [grace]);
  await openRoom(grace, room);
  await chooseInRoomMenu(grace, "Edit the room");
  await choosePicture(grace, await picture("dark.jpg", 500, 500, 10));
  await expect(grace.getByText("The picture is changed.")).toBeVisible();
  const inHeader = grace.getByRole("main").locator("header [data-face]");
  await expect(inHeader.locator("img")).toHaveCount(1);

  await grace.route("**/pictures/room/**", (route) => route.fulfill({ contentType: "image/webp", body: "none" }));
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await grace.route(/\.js(\?|$)/, (route) => released.then(() => route.continue()));
  await grace.reload({ waitUntil: "commit" });
  await expect(inHeader.locator("img")).toHaveJSProperty("complete", true);
  await expect(inHeader.locator("img")).toHaveJSProperty("naturalWidth", 0);
  release();
  await comeAlive(grace);
  await expect(inHeader.locator("svg")).toBeVisible();
  await expect(inHeader.locator("img")).toHaveCount(0);
});

async function openPanel(page: PersonPage): Promise<void> {
  await chooseInRoomMenu(page, "Files and links");
}

async function choosePicture(page: PersonPage, file: Awaited<ReturnType<typeof picture>>): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a picture" }).click();
  await (await chooser).setFiles(file);
}
