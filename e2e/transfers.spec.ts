import type { Page } from "@playwright/test";
import { expect, NETWORK_TROUBLES, test } from "./fixtures";
import { comeBack } from "./network";
import { meet } from "./rooms";
import { composer, message, messages, OFFLINE, openRoom, RECONNECT_MAX_MS, say } from "./talk";
import { attachments, bulk, expectUploaded, pdf, pick, send, sound, text } from "./test-files";

const MEBIBYTE = 1024 * 1024;
/** A killed server may have been at a file: for ten seconds nobody else takes it, and the page asks ever more seldom. */
const TAKEN_OVER_MAX_MS = 45_000;

test("a document shows its first page, and is saved as it is", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Office", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  const report = pdf("report.pdf", "The year in numbers");
  await pick(grace, report);
  await expectUploaded(grace, 1);
  await send(grace);
  const page = messages(linus).getByRole("img", { name: "The first page of report.pdf" });
  await expect(page).toBeVisible();
  await expect.poll(() => inkOf(page)).toBeGreaterThan(0.003);
  const box = await page.boundingBox();
  expect(Number(box?.height) / Number(box?.width)).toBeCloseTo(842 / 595, 1);
  const saved = linus.waitForEvent("download");
  await messages(linus)
    .getByRole("link", { name: /report\.pdf.*Download/ })
    .click();
  const stream = await (await saved).createReadStream();
  const bytes: Buffer[] = [];
  for await (const chunk of stream) bytes.push(chunk as Buffer);
  expect(Buffer.concat(bytes).equals(report.buffer)).toBe(true);
});

test("a sound plays, can be skipped through, and a voice note that begins is the only one", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Studio", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  await pick(grace, sound("hum.wav", 30));
  await expectUploaded(grace, 1);
  await send(grace);
  for (let note = 1; note <= 2; note++) {
    await grace.getByRole("button", { name: "Record a voice note" }).click();
    await expect(grace.getByRole("timer")).toHaveText(/0:0[2-9]/);
    await grace.getByRole("button", { name: "Stop recording" }).click();
    await expectUploaded(grace, 1);
    await send(grace);
  }

  const hum = messages(linus).getByLabel("Sound hum.wav");
  await hum.evaluate((element: HTMLAudioElement) => element.play());
  await expect.poll(() => hum.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeGreaterThan(0.2);
  await hum.evaluate((element: HTMLAudioElement) => {
    element.currentTime = 20;
  });
  await expect.poll(() => hum.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeGreaterThan(20.2);
  expect(await hum.evaluate((element: HTMLAudioElement) => Math.round(element.duration))).toBe(30);

  const notes = messages(linus).getByRole("button", { name: /the voice note/ });
  await notes.nth(0).click();
  await expect(notes.nth(0)).toHaveAccessibleName("Pause the voice note");
  await notes.nth(1).click();
  await expect(notes.nth(1)).toHaveAccessibleName("Pause the voice note");
  await expect(notes.nth(0)).toHaveAccessibleName(/^Play the voice note/);
  // To its end, where it stands at its beginning again.
  await expect(notes.nth(1)).toHaveAccessibleName(/^Play the voice note/);
  const place = messages(linus).getByRole("slider", { name: "Place in the voice note" }).nth(1);
  await expect(place).toHaveAttribute("aria-valuenow", "0");
});

test("two tabs of one person, each with an upload, send each message once", async ({ as, expectTroubles }) => {
  expectTroubles(NETWORK_TROUBLES);
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Train", [grace, linus]);
  const other = await grace.context().newPage();
  await Promise.all([openRoom(grace, room), openRoom(other, room), openRoom(linus, room)]);
  const begun = [countUploads(grace), countUploads(other)];
  const parts = [countParts(grace), countParts(other)];

  grace.network.holdParts(1);
  await pick(grace, bulk("left.bin", 12 * MEBIBYTE));
  await composer(grace).fill("From the left");
  await composer(grace).press("Enter");
  await pick(other, bulk("right.bin", 12 * MEBIBYTE));
  await composer(other).fill("From the right");
  await composer(other).press("Enter");
  for (const [page, words] of [[grace, "left"] as const, [other, "right"] as const]) {
    await expect(message(page, `From the ${words}`).getByRole("progressbar")).toBeVisible();
  }
  // Parts on the way: the answer to the beginning came, and both tabs know of it.
  for (const sent of parts) await expect.poll(sent).toBeGreaterThan(0);
  grace.network.cut();
  // One of them comes anew, and finds what both had in their common outbox.
  grace.network.mend();
  await other.reload();
  await comeBack(grace);

  for (const page of [linus, grace, other]) {
    await expect(message(page, "From the left").getByRole("link", { name: /left\.bin/ })).toHaveCount(1);
    await expect(message(page, "From the right").getByRole("link", { name: /right\.bin/ })).toHaveCount(1);
    await expect(page.getByTitle("On its way")).toHaveCount(0);
    await expect(messages(page)).toHaveCount(2);
  }
  expect(begun.reduce((sum, count) => sum + count(), 0)).toBe(2);
  await Promise.all([grace.reload(), other.reload()]);
  await say(linus, "Got both");
  for (const page of [grace, other]) {
    await expect(message(page, "Got both")).toBeVisible();
    await expect(messages(page)).toHaveCount(3);
    await expect(attachments(page)).toHaveCount(0);
  }
});

test("an upload that the server's restart cuts goes on with what is missing", async ({
  as,
  startServer,
  expectTroubles,
}) => {
  test.setTimeout(120_000);
  expectTroubles(NETWORK_TROUBLES, /status of 5/);
  const server = await startServer();
  const grace = await as("Grace", { server });
  const linus = await as("Linus", { server });
  const room = await meet("Darkroom", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  const begun = countUploads(grace);
  const parts = countParts(grace);
  grace.network.holdParts(2);
  await pick(grace, bulk("large.bin", 22 * MEBIBYTE), text("small.txt", "Small"));
  await composer(grace).fill("Through the restart");
  await composer(grace).press("Enter");
  await expect.poll(parts).toBeGreaterThan(3);
  await server.kill();
  for (const page of [grace, linus]) await expect(page.getByText(OFFLINE)).toBeVisible();
  grace.network.mend();
  await server.restart();
  for (const page of [grace, linus]) {
    await expect(page.getByText(OFFLINE)).toBeHidden({ timeout: RECONNECT_MAX_MS });
  }
  await expect(message(linus, "Through the restart").getByRole("link", { name: /large\.bin/ })).toBeVisible({
    timeout: TAKEN_OVER_MAX_MS,
  });
  await expect(message(linus, "Through the restart")).toContainText("22 MB");
  await expect(messages(linus)).toHaveCount(1);
  expect(begun()).toBe(2);
});

function countUploads(page: Page): () => number {
  return count(page, "POST", /\/api\/rooms\/.+\/files$/);
}

function countParts(page: Page): () => number {
  return count(page, "PUT", /\/uploads\//);
}

function count(page: Page, method: string, address: RegExp): () => number {
  let asked = 0;
  page.on("request", (request) => {
    if (request.method() === method && address.test(request.url())) asked++;
  });
  return () => asked;
}

/** How much of a picture is dark, from 0 to 1. */
function inkOf(shown: ReturnType<Page["locator"]>): Promise<number> {
  return shown.evaluate((image: HTMLImageElement) => {
    const { naturalWidth: width, naturalHeight: height } = image;
    if (!image.complete || width === 0) return 0;
    const pen = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
    pen?.drawImage(image, 0, 0);
    const pixels = pen?.getImageData(0, 0, width, height).data ?? [];
    let dark = 0;
    for (let at = 0; at < pixels.length; at += 4) if (Number(pixels[at]) < 128) dark++;
    return dark / (width * height);
  });
}
