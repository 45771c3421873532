import { restFiles } from "./files-api";
import { transfer } from "./transfer";
import { newUpload, type Upload } from "./upload";
import { Waits } from "./waits";

/** The picture of oneself, or of a room that one may change. */
export type Portrayed = { of: "person" } | { of: "room"; roomId: string };

/**
 * Puts a picture in place of the one before.
 * @param onChange told how far it is.
 * @throws FilesRefusal when the server does not take it; the signal's reason when it was cancelled.
 */
export async function sendPortrait(
  portrayed: Portrayed,
  { blob, name }: { blob: Blob; name: string },
  onChange: (upload: Upload) => void,
  signal: AbortSignal,
): Promise<void> {
  const waits = new Waits();
  const roomId = portrayed.of === "room" ? portrayed.roomId : "";
  let upload = newUpload("portrait", roomId, { blob, name, details: {} });
  const journey = {
    get: () => upload,
    set(change: Partial<Upload>) {
      upload = { ...upload, ...change };
      onChange(upload);
    },
    api: restFiles("", {}, () => pathOf(portrayed)),
    lookAt: async () => ({}),
    random: Math.random,
    wait: (ms: number, signal: AbortSignal) => waits.wait(ms, signal),
  };
  await transfer(journey, signal);
}

/** @returns whether it is gone. */
export async function removePortrait(portrayed: Portrayed): Promise<boolean> {
  const response = await fetch(`/api${pathOf(portrayed)}`, { method: "DELETE" }).catch(() => null);
  return response?.ok ?? false;
}

function pathOf(portrayed: Portrayed): string {
  return portrayed.of === "person" ? "/users/me/picture" : `/rooms/${portrayed.roomId}/picture`;
}
