import { Queue } from "@/server/queue";
import { firstLines } from "./first-lines";
import type { Media } from "./media";
import { makePage, makePicture, makePoster, PICTURES_AT_ONCE, PICTURES_WAITING_MAX } from "./pictures";
import { sniff } from "./sniff";

/** @param options.picturePixelsMax of a still, and of each frame of a picture that moves. */
export function openMedia({ picturePixelsMax }: { picturePixelsMax: number }): Media {
  const pictures = new Queue(PICTURES_AT_ONCE, PICTURES_WAITING_MAX);
  return {
    sniff,
    firstLines,
    picture: (lend, type, dir) => pictures.run(() => lend((path) => makePicture(path, type, dir, picturePixelsMax))),
    pdf: (lend, dir) => pictures.run(() => lend((path) => makePage(path, dir))),
    poster: (bytes, dir) => pictures.run(() => makePoster(bytes, dir)),
  };
}
