import { PLACE, recording } from "@/test/support/recordings";
import { expect, test } from "./fixtures";
import { meet } from "./rooms";
import { messages, openRoom } from "./talk";
import { attachments, expectUploaded, pick, send } from "./test-files";

/** What Chromium plays without codecs that cost a licence. */
const PLAYED = [
  "clip.mp4",
  "clip.webm",
  "flac.ogg",
  "live.webm",
  "sound.flac",
  "sound.m4a",
  "sound.mp3",
  "sound.ogg",
  "sound.opus",
  "sound.wav",
];

test("recordings lose where they were made, and still play", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Paris", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  const given = PLAYED.map((name) => ({ name, mimeType: "", buffer: recording(name) }));
  for (const { buffer } of given) expect(buffer.includes(PLACE)).toBe(true);
  await pick(grace, ...given);
  await expectUploaded(grace, PLAYED.length);
  await expect(attachments(grace).getByText("May contain metadata")).toHaveCount(0);
  await send(grace);

  for (const name of PLAYED) {
    const player = messages(linus).getByLabel(new RegExp(`^(Sound|Video) ${name}$`));
    const { text, reached } = await player.evaluate(async (element: HTMLMediaElement) => {
      const bytes = new Uint8Array(await (await fetch(element.src)).arrayBuffer());
      element.muted = true;
      const ended = new Promise((resolve) => element.addEventListener("ended", resolve, { once: true }));
      await element.play();
      await ended;
      return { text: new TextDecoder("latin1").decode(bytes), reached: element.currentTime };
    });
    expect(text, name).not.toContain(PLACE);
    expect(text, name).toHaveLength(recording(name).length);
    expect(reached, name).toBeGreaterThan(0.15);
  }
});

test("a file whose metadata stays says so before it is sent, and afterwards", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Archive", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  const photo = Buffer.from(`\0\0\0\x18ftypheic\0\0\0\0mif1heic${PLACE}`, "latin1");
  await pick(grace, { name: "photo.heic", mimeType: "image/heic", buffer: photo });
  await expect(attachments(grace).getByText("May contain metadata such as location")).toBeVisible();
  await send(grace);
  await expect(messages(linus).getByText("May contain metadata such as location")).toBeVisible();
});
