import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, NETWORK_TROUBLES, type PersonPage, test } from "./fixtures";
import { comeBack } from "./network";
import { meet } from "./rooms";
import { composer, message, messages, openRoom, say } from "./talk";
import {
  attachment,
  attachments,
  bulk,
  composerForm,
  dragOver,
  drop,
  expectUploaded,
  movingPicture,
  paste,
  pick,
  picture,
  send,
  text,
  video,
} from "./test-files";

const MEBIBYTE = 1024 * 1024;
/** Playwright's tracer, not our page, asks what a picture that cannot be decoded holds, and our policy refuses it. */
const TRACER = /^Connecting to 'blob:/;
const OFFLINE = "You are offline. What you write is kept and goes out when you are back.";

test("pictures and files that are picked, pasted and dropped reach everybody, and stay", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Darkroom", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);

  await pick(grace, await picture("sea.jpg"), text("notes.txt", "First line\nSecond line"));
  await paste(grace, await picture("pasted.png", 400, 300, 20));
  await dragOver(grace, text("list.csv", "a,b"));
  await expect(grace.getByText("Drop to add to your message in Darkroom")).toBeVisible();
  await drop(grace, text("list.csv", "a,b"));
  await expect(grace.getByText("Drop to add to your message in Darkroom")).toHaveCount(0);
  await expectUploaded(grace, 4);

  await attachment(grace, "sea.jpg").getByRole("button", { name: "Describe sea.jpg" }).click();
  await grace.getByRole("textbox", { name: "What does the picture show?" }).fill("The sea at noon");
  await grace.keyboard.press("Enter");
  await expect(attachment(grace, "sea.jpg")).toContainText("described");
  await composer(grace).fill("From the coast");
  await composer(grace).press("Enter");

  for (const page of [grace, linus]) {
    const said = message(page, "From the coast");
    await expect(said.getByRole("img", { name: "The sea at noon" })).toBeVisible();
    await expect(said.getByRole("img", { name: "Picture pasted.jpg" })).toBeVisible();
    await expect(said.getByText("First line")).toBeVisible();
    await expect(said.getByRole("link", { name: /notes\.txt.*Download/ })).toBeVisible();
    await expect(said.getByRole("link", { name: /list\.csv.*Download/ })).toBeVisible();
  }
  await expectLoaded(linus, "The sea at noon");
  await linus.reload();
  await expectLoaded(linus, "The sea at noon");
  const saved = linus.waitForEvent("download");
  await linus.getByRole("link", { name: /notes\.txt/ }).click();
  expect((await saved).suggestedFilename()).toBe("notes.txt");
});

test("files go out without text, and the focus is where one goes on", async ({ as }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Darkroom", [grace]));
  await pick(grace, await picture("one.jpg"));
  await expect(composer(grace)).toBeFocused();
  await composer(grace).press("Enter");
  await expect(attachments(grace)).toHaveCount(0);
  await expect(messages(grace)).toHaveCount(1);
  await expectLoaded(grace, "Picture one.jpg");
  await expect(messages(grace).getByRole("progressbar")).toHaveCount(0);
  await expect(composer(grace)).toBeFocused();
});

test("the page does not move when a picture is loaded, nor when it is stored", async ({ as, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES);
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Darkroom", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await say(grace, "Above");
  grace.network.cutSockets();
  await pick(grace, await picture("tall.jpg", 600, 1_000));
  await expectUploaded(grace, 1);
  await composer(grace).press("Enter");
  const shown = messages(grace).last().locator("[data-media]");
  const before = await shown.boundingBox();
  await comeBack(grace);
  await expect(messages(linus)).toHaveCount(2);
  await expect(grace.getByTitle("On its way")).toHaveCount(0);
  expect(await shown.boundingBox()).toEqual(before);

  // Held back, the picture has its place all the same.
  const addresses: string[] = [];
  await linus.route("**/files/**", (route) => void addresses.push(route.request().url()));
  await linus.reload();
  const empty = await messages(linus).last().locator("[data-media]").boundingBox();
  expect(empty?.height).toBe(320);
  expect(empty?.width).toBe(192);
});

test("an upload shows how far it is, and can be cancelled", async ({ as, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES);
  const grace = await as("Grace");
  await openRoom(grace, await meet("Darkroom", [grace]));
  grace.network.holdParts(1);
  await pick(grace, bulk("large.bin", 12 * MEBIBYTE), text("small.txt", "Small"));
  const bar = attachment(grace, "large.bin").getByRole("progressbar");
  await expect.poll(async () => Number(await bar.getAttribute("aria-valuenow"))).toBeGreaterThan(40);
  await expect(attachment(grace, "large.bin")).toContainText("Sending a file");
  await attachment(grace, "large.bin").getByRole("button", { name: "Cancel large.bin" }).click();
  await expect(attachments(grace)).toHaveCount(1);
  await expect(grace.getByRole("button", { name: /^(Cancel|Remove) small\.txt$/ })).toBeFocused();
  grace.network.mend();
  await expectUploaded(grace, 1);
  await send(grace);
  await expect(messages(grace).getByRole("link", { name: /small\.txt/ })).toBeVisible();
});

test("an upload that is cut off goes on with what is missing", async ({ as, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES);
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Darkroom", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  const begun = countRequests(grace, "POST", /\/api\/rooms\/.+\/files$/);
  const parts = countRequests(grace, "PUT", /\/uploads\//);

  grace.network.holdParts(2);
  await pick(grace, bulk("large.bin", 22 * MEBIBYTE));
  await expect.poll(parts).toBeGreaterThan(3);
  await composer(grace).fill("It is a big one");
  await composer(grace).press("Enter");
  await expect(message(grace, "It is a big one").getByRole("progressbar")).toBeVisible();
  await say(grace, "Meanwhile");
  await expect(message(linus, "Meanwhile")).toBeVisible();
  grace.network.cut();
  await expect(message(grace, "It is a big one")).toContainText("Goes out when you are back");
  await comeBack(grace);

  await expect(message(linus, "It is a big one").getByRole("link", { name: /large\.bin/ })).toBeVisible();
  await expect(message(linus, "It is a big one")).toContainText("22 MB");
  expect(begun()).toBe(1);
  // Five parts; the two that were on the way when it broke were sent once more.
  expect(parts()).toBeLessThanOrEqual(5 + 2);
});

test("what is attached and sent offline survives a reload, and goes out once", async ({ as, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES);
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Train", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);

  grace.network.cut();
  await expect(grace.getByText(OFFLINE)).toBeVisible();
  await pick(grace, await picture("window.jpg"), text("ticket.txt", "Seat 12"));
  await expect(attachment(grace, "ticket.txt")).toContainText("Waiting: offline");
  await composer(grace).fill("From the tunnel");
  await composer(grace).press("Enter");
  await expectLoaded(grace, "Picture window.jpg");
  await expect(message(grace, "From the tunnel").getByRole("link", { name: /ticket\.txt/ })).toBeVisible();

  // The pages are back before the socket is.
  grace.network.cutSockets();
  await grace.reload();
  await expectLoaded(grace, "Picture window.jpg");
  await expect(messages(linus)).toHaveCount(0);
  await comeBack(grace);
  for (const page of [linus, grace]) {
    await expect(message(page, "From the tunnel")).toHaveCount(1);
    await expectLoaded(page, "Picture window.jpg");
    await expect(page.getByTitle("On its way")).toHaveCount(0);
  }
  await grace.reload();
  await expectLoaded(grace, "Picture window.jpg");
  await expect(messages(grace)).toHaveCount(1);
});

test("what is attached is still there after a reload", async ({ as }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Darkroom", [grace]));
  await composer(grace).fill("Wait for me");
  await pick(grace, await picture("sea.jpg"), text("notes.txt", "Notes"));
  await expectUploaded(grace, 2);
  await grace.reload();
  await expectUploaded(grace, 2);
  await expect(composer(grace)).toHaveValue("Wait for me");
  await grace.getByRole("button", { name: "Remove notes.txt" }).click();
  await send(grace);
  await expectLoaded(grace, "Picture sea.jpg");
  await grace.reload();
  await expect(messages(grace)).toHaveCount(1);
  await expect(attachments(grace)).toHaveCount(0);
});

test("what cannot be sent is refused with its name and the limit", async ({ as, startServer, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES, TRACER, /status of 4(00|04|29)/);
  const server = await startServer({
    FILE_BYTES_MAX: String(2 * MEBIBYTE),
    STORAGE_BYTES_PER_USER: String(3 * MEBIBYTE),
  });
  const grace = await as("Grace", { server });
  await openRoom(grace, await meet("Darkroom", [grace]));
  const uploads = countRequests(grace, "POST", /\/files$/);

  await pick(grace, bulk("film.mov", 3 * MEBIBYTE), bulk("nothing.txt", 0));
  const alert = composerForm(grace).getByRole("alert");
  await expect(alert).toContainText("“film.mov” is too large: it has 3 MB, and a file may have at most 2 MB.");
  await expect(alert).toContainText("“nothing.txt” is empty.");
  expect(uploads()).toBe(0);
  await alert.getByRole("button", { name: "Dismiss" }).click();
  await expect(alert).toHaveCount(0);

  const many = Array.from({ length: 12 }, (_, n) => text(`${n + 1}.txt`, "x"));
  await pick(grace, ...many);
  await expect(alert).toContainText("A message carries at most 10 files: 2 files were left out.");
  await expectUploaded(grace, 10);
  await send(grace);

  await pick(grace, { ...(await picture("broken.jpg")), buffer: Buffer.from("no picture at all") });
  const broken = attachment(grace, "broken.jpg");
  await expect(broken.getByRole("alert")).toContainText("is called a picture and is none");
  await composer(grace).press("Enter");
  await expect(grace.getByRole("status").filter({ hasText: "A file could not be sent" })).toBeVisible();
  await expectAccessible(grace, "a file that was refused");
  await broken.getByRole("button", { name: "Remove broken.jpg" }).click();
  await expect(composer(grace)).toBeFocused();

  await pick(grace, bulk("half.bin", 2 * MEBIBYTE), bulk("other.bin", 2 * MEBIBYTE));
  await expect(alert).toContainText("Your files would take more than 3 MB");
});

test("pictures are leafed through and zoomed by the keyboard, and the focus returns", async ({ as }) => {
  const grace = await as("Grace", { reducedMotion: "reduce" });
  await openRoom(grace, await meet("Gallery", [grace]));
  await pick(
    grace,
    await picture("one.jpg"),
    await picture("two.jpg", 600, 900, 30),
    await picture("three.jpg", 500, 500, 260),
  );
  await expectUploaded(grace, 3);
  await send(grace);
  await pick(grace, await picture("four.jpg", 1_600, 900, 320));
  await expectUploaded(grace, 1);
  await send(grace);
  await expectLoaded(grace, "Picture four.jpg");

  await grace.getByRole("link", { name: "Picture two.jpg" }).focus();
  await grace.keyboard.press("Enter");
  const lightbox = grace.getByRole("dialog", { name: "Grace" });
  await expect(lightbox.getByRole("img", { name: "Picture two.jpg" })).toBeVisible();
  await expect(lightbox.getByRole("status")).toContainText("2 of 4");
  await expectAccessible(grace, "lightbox");
  await grace.keyboard.press("ArrowRight");
  await grace.keyboard.press("ArrowRight");
  await expect(lightbox.getByRole("img", { name: "Picture four.jpg" })).toBeVisible();
  await grace.keyboard.press("ArrowRight");
  await expect(lightbox.getByRole("status")).toContainText("4 of 4");

  const shown = lightbox.getByRole("img", { name: "Picture four.jpg" });
  const whole = await shown.boundingBox();
  await grace.keyboard.press("+");
  await expect.poll(async () => (await shown.boundingBox())?.width).toBeGreaterThan((whole?.width ?? 0) * 1.4);
  await grace.keyboard.press("0");
  await expect.poll(async () => (await shown.boundingBox())?.width).toBe(whole?.width);
  const saved = grace.waitForEvent("download");
  await lightbox.getByRole("link", { name: "Download" }).click();
  expect((await saved).suggestedFilename()).toBe("four.jpg");
  for (let n = 0; n < 3; n++) await grace.keyboard.press("ArrowLeft");
  await expect(lightbox.getByRole("status")).toContainText("1 of 4");
  await grace.keyboard.press("Escape");
  await expect(lightbox).toHaveCount(0);
  await expect(grace.getByRole("link", { name: "Picture one.jpg" })).toBeFocused();
});

test("a moving picture moves, stops when it is told, and stands still for who wants less motion", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus", { reducedMotion: "reduce" })]);
  const room = await meet("Cinema", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await pick(grace, await movingPicture("dance.gif"));
  await expectUploaded(grace, 1);
  await send(grace);

  const source = (page: Page) => page.getByRole("img", { name: /Picture dance/ }).getAttribute("src");
  await expectLoaded(grace, /Picture dance/);
  expect(await source(grace)).toMatch(/\/small$/);
  await grace.getByRole("button", { name: "Stop the moving picture" }).click();
  expect(await source(grace)).toMatch(/\/still$/);
  await expectLoaded(linus, /Picture dance/);
  expect(await source(linus)).toMatch(/\/still$/);
  await linus.getByRole("button", { name: "Play the moving picture" }).click();
  expect(await source(linus)).toMatch(/\/small$/);
});

test("a video shows a still of itself before anything of it is loaded, and plays", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Cinema", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await pick(grace, await video(grace, "clip.webm"));
  await expectUploaded(grace, 1);
  await send(grace);
  const player = messages(linus).getByLabel("Video clip.webm");
  await expect(player).toHaveAttribute("poster", /\/files\/.+\/(small|large)$/);
  await expect(player).toHaveAttribute("preload", "none");
  const box = await player.boundingBox();
  expect(box?.width).toBe(320);
  expect(box?.height).toBe(180);
  await player.evaluate((element) => (element as HTMLVideoElement).play());
  await expect.poll(() => player.evaluate((element) => (element as HTMLVideoElement).currentTime)).toBeGreaterThan(0.2);
});

test("a voice note is recorded, heard before it is sent, and played by the other", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Studio", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);

  await grace.getByRole("button", { name: "Record a voice note" }).click();
  await expect(grace.getByRole("button", { name: "Stop recording" })).toBeFocused();
  await grace.keyboard.press("Escape");
  await expect(composer(grace)).toBeFocused();
  await expect(attachments(grace)).toHaveCount(0);

  await grace.getByRole("button", { name: "Record a voice note" }).click();
  await expect(grace.getByRole("timer")).toHaveText(/0:0[1-9]/);
  await expectAccessible(grace, "recording");
  await grace.getByRole("button", { name: "Stop recording" }).click();
  await expectUploaded(grace, 1);
  await expect(attachments(grace).getByRole("slider", { name: "Place in the voice note" })).toBeVisible();
  await send(grace);

  const play = messages(linus).getByRole("button", { name: /^Play the voice note, 0:\d\d/ });
  await play.click();
  const place = messages(linus).getByRole("slider", { name: "Place in the voice note" });
  await expect(place).toHaveAttribute("aria-valuetext", /0:\d\d of 0:\d\d/);
  await expect(play).toBeVisible();
  await messages(linus).getByRole("button", { name: "Speed: 1 times" }).click();
  await expect(messages(linus).getByRole("button", { name: "Speed: 1.5 times" })).toBeVisible();
  await expectAccessible(linus, "voice note");
});

test("a microphone that is not allowed is explained", async ({ as }) => {
  const grace = await as("Grace");
  await openRoom(grace, await meet("Studio", [grace]));
  await grace.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("No.", "NotAllowedError"));
  });
  await grace.getByRole("button", { name: "Record a voice note" }).click();
  await expect(composerForm(grace).getByRole("alert")).toContainText("allow the microphone");
  await expect(composer(grace)).toBeVisible();
});

test("a message whose files are not taken can be put right in the composer", async ({ as, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES, TRACER, /status of 4/);
  const grace = await as("Grace");
  const room = await meet("Darkroom", [grace]);
  await openRoom(grace, room);
  grace.network.holdParts(0);
  await pick(
    grace,
    { ...(await picture("broken.jpg")), buffer: Buffer.from("no picture at all") },
    text("fine.txt", "Fine"),
  );
  await composer(grace).fill("Two things");
  await composer(grace).press("Enter");
  grace.network.mend();
  const said = message(grace, "Two things");
  await expect(said.getByRole("alert")).toContainText("Not sent: “broken.jpg”:");
  await said.getByRole("button", { name: "Edit" }).click();
  await expect(composer(grace)).toHaveValue("Two things");
  await grace.getByRole("button", { name: "Remove broken.jpg" }).click();
  await expectUploaded(grace, 1);
  await send(grace);
  await expect(message(grace, "Two things").getByRole("link", { name: /fine\.txt/ })).toBeVisible();
  await expect(grace.getByTitle("On its way")).toHaveCount(0);
});

test("names of any length and direction stay on one line, with their ends", async ({ as }) => {
  const grace = await as("Grace", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  await openRoom(grace, await meet("Archive", [grace]));
  const names = [`${"a-very-long-name-".repeat(10)}final.txt`, "تقرير-السنة-المالية-الكامل-النهائي.txt", "x.txt"];
  await pick(grace, ...names.map((name) => text(name, "x")), await picture("wide.jpg", 3_000, 400));
  await expectUploaded(grace, 4);
  await expectAccessible(grace, "composer with files, on a phone");
  await send(grace);
  for (const name of names) {
    const link = messages(grace).getByRole("link", { name });
    // What was on its way gives its place to what is there.
    await expect.poll(async () => (await link.boundingBox())?.height ?? Number.POSITIVE_INFINITY).toBeLessThan(80);
  }
  expect(await grace.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await expectAccessible(grace, "files in a room, on a phone");
});

/** The picture is really there: the browser has decoded it. */
async function expectLoaded(page: Page, name: string | RegExp): Promise<void> {
  const shown = messages(page).getByRole("img", { name }).last();
  await expect(shown).toBeVisible();
  await expect
    .poll(() =>
      shown.evaluate((image) => (image as HTMLImageElement).complete && (image as HTMLImageElement).naturalWidth),
    )
    .toBeGreaterThan(0);
}

function countRequests(page: PersonPage, method: string, address: RegExp): () => number {
  let count = 0;
  page.on("request", (request) => {
    if (request.method() === method && address.test(request.url())) count++;
  });
  return () => count;
}
