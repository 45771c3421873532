import { readFileSync } from "node:fs";

/** What the files in `recordings/` say of where they were made, in every place that their format has for it. */
export const PLACE = "+48.8577+002.2950/";

/** A second of sound or film, made by ffmpeg, or a document, packed by qpdf, that says its place. */
export function recording(name: string): Buffer {
  return readFileSync(new URL(`./recordings/${name}`, import.meta.url));
}

/** The names of all of them. */
export const RECORDINGS = [
  "attached.mkv",
  "clip.mov",
  "clip.mp4",
  "clip.webm",
  "flac.ogg",
  "live.webm",
  "packed.pdf",
  "plain.pdf",
  "sound.flac",
  "sound.m4a",
  "sound.mp3",
  "sound.ogg",
  "sound.opus",
  "sound.wav",
];
