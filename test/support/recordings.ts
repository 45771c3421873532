import { readFileSync } from "node:fs";

/** What the files in `recordings/` say of where they were made, in every place that their format has for it. */
export const PLACE = "+48.8577+002.2950/";

/** A second of sound or film, made by ffmpeg, that says its place. */
export function recording(name: string): Buffer {
  return readFileSync(new URL(`./recordings/${name}`, import.meta.url));
}

/** All bytes of each name, one by one. */
export const RECORDINGS = ["clip.mp4", "clip.mov", "sound.m4a"];
