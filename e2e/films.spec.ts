import { expect, test } from "./fixtures";
import { meet } from "./rooms";
import { messages, openRoom } from "./talk";
import { expectUploaded, pick, send, takenAt, video } from "./test-files";

const PLACE = "+48.8577+002.2950/";

test("a film plays for everybody, and tells nobody where it was taken", async ({ as }) => {
  const [grace, linus] = await Promise.all([as("Grace"), as("Linus")]);
  const room = await meet("Cinema", [grace, linus]);
  await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
  const film = takenAt(PLACE, await video(grace, "holiday.mp4", "video/mp4"));
  expect(film.buffer.includes(PLACE)).toBe(true);

  await pick(grace, film);
  await expectUploaded(grace, 1);
  await send(grace);
  const player = messages(linus).last().locator("video");
  await expect(player).toBeVisible();
  const address = await player.evaluate((video: HTMLVideoElement) => video.currentSrc || video.src);
  const received = await (await linus.request.get(address)).body();
  expect(received.length).toBe(film.buffer.length);
  expect(received.includes(PLACE)).toBe(false);
  await player.evaluate((video: HTMLVideoElement) => {
    video.muted = true;
    return video.play();
  });
  await expect.poll(() => player.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(0.3);
});
