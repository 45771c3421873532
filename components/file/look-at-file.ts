import type { FileDetails, Upload } from "@/client/files/upload";
import type { FileKind } from "@/protocol/files";
import { guessKind } from "./kinds";
import { localAddress } from "./local-address";

/** A file that does not show itself within this time is sent without its measures. */
const PATIENCE_MS = 4_000;
/** Where in a video its still is taken: the very first frame is often black. */
const STILL_AT_S = 0.5;
const STILL_SIDE_MAX = 640;
/** The still travels in a body of 64 KiB, a third larger than it is. */
const STILL_BYTES_MAX = 40_000;

/** What this browser can tell of a file: how large it is shown, how long it plays, and what a video looks like. */
export async function lookAtFile({ blob, type, voice }: Upload): Promise<FileDetails> {
  if (!blob) return {};
  const address = localAddress(blob);
  const look = LOOKS[guessKind({ type, voice })];
  const nothing = new Promise<FileDetails>((resolve) => setTimeout(resolve, PATIENCE_MS, {}));
  return look ? Promise.race([look(address).catch(() => ({})), nothing]) : {};
}

const LOOKS: Partial<Record<FileKind, (address: string) => Promise<FileDetails>>> = {
  image: measurePicture,
  video: lookAtVideo,
  audio: measureSound,
};

async function measurePicture(address: string): Promise<FileDetails> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight };
}

async function measureSound(address: string): Promise<FileDetails> {
  const audio = new Audio();
  audio.preload = "metadata";
  audio.src = address;
  await once(audio, "loadedmetadata");
  return durationOf(audio);
}

async function lookAtVideo(address: string): Promise<FileDetails> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  video.src = address;
  await once(video, "loadedmetadata");
  const measures = { width: video.videoWidth, height: video.videoHeight, ...durationOf(video) };
  if (!video.videoWidth) return durationOf(video);
  video.currentTime = Math.min(STILL_AT_S, video.duration / 2 || 0);
  await once(video, "seeked");
  const poster = await drawStill(video).catch(() => undefined);
  return { ...measures, ...(poster && { poster }) };
}

async function drawStill(video: HTMLVideoElement): Promise<string | undefined> {
  const scale = Math.min(1, STILL_SIDE_MAX / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  for (const quality of [0.8, 0.6, 0.3]) {
    const still = canvas.toDataURL("image/jpeg", quality).split(",", 2)[1] ?? "";
    if (still !== "" && (still.length * 3) / 4 <= STILL_BYTES_MAX) return still;
  }
  return undefined;
}

/** A recording's length may be unknown to the player: then it is to us. */
function durationOf({ duration }: HTMLMediaElement): FileDetails {
  return Number.isFinite(duration) ? { durationMs: Math.round(duration * 1_000) } : {};
}

function once(element: HTMLMediaElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    element.addEventListener(event, () => resolve(), { once: true });
    element.addEventListener("error", () => reject(element.error), { once: true });
  });
}
