import { TRANSIENT_CODES } from "@/protocol/errors";
import type { FileUpload, MessageFile } from "@/protocol/files";
import { FilesRefusal } from "./files-api";
import { type Journey, lost } from "./journey";
import { sendParts } from "./send-parts";
import type { Upload } from "./upload";

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;
/** An upload that the server forgot is begun again; one that it forgets each time is given up. */
const BEGINNINGS_MAX = 3;

/**
 * Takes one file to the server, from wherever it stands: through lost connections, restarts and refusals that pass.
 * @throws FilesRefusal when it can never arrive; the signal's reason when it was cancelled.
 */
export async function transfer(journey: Journey, signal: AbortSignal): Promise<void> {
  const { get, set, random, wait } = journey;
  let failures = 0;
  let beginnings = 0;
  if (!get().details) set({ details: await journey.lookAt(get()) });

  for (;;) {
    const sentBefore = get().sentBytes;
    try {
      const file = await attempt(journey, signal);
      return set({ status: "ready", file, sentBytes: get().size, error: null });
    } catch (error) {
      signal.throwIfAborted();
      if (isForgotten(error, get()) && ++beginnings < BEGINNINGS_MAX) {
        set({ fileId: null, sentBytes: 0 });
        continue;
      }
      await refuseIfForGood(error, get());
      if (get().sentBytes > sentBefore) failures = 0;
      const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** failures++);
      const atLeast = error instanceof FilesRefusal ? (error.error.retryAfterMs ?? 0) : 0;
      set({ status: "waiting" });
      await wait(Math.max(atLeast, ceiling * (0.5 + random() / 2)), signal);
    }
  }
}

async function attempt(journey: Journey, signal: AbortSignal): Promise<MessageFile> {
  const { get, set, api } = journey;
  const { fileId } = get();
  let found = fileId ? await api.find(fileId, signal) : await begin(journey, signal);
  while (found.upload) {
    set({ status: "uploading" });
    if (await sendParts(journey, found.upload, signal)) break;
    found = await api.find(found.id, signal);
  }
  set({ status: "finishing", sentBytes: get().size });
  const done = found.state === "ready" ? found : await api.complete(found.id, get().details?.poster, signal);
  return withDescription(journey, done, signal);
}

async function begin({ get, set, api }: Journey, signal: AbortSignal): Promise<FileUpload> {
  const { roomId, name, size, alt, voice, details, blob } = get();
  if (!blob) throw lost(get());
  const { poster: _, ...measures } = details ?? {};
  const begun = await api.begin(roomId, { name, size, alt, ...(voice && { voice }), ...measures }, signal);
  set({ fileId: begun.id, sentBytes: 0 });
  return begun;
}

/** Its description may have been written while its bytes were on their way. */
async function withDescription(
  { get, api }: Journey,
  { id, file }: FileUpload,
  signal: AbortSignal,
): Promise<MessageFile> {
  if (!file) throw new Error("The server calls a file ready and gives none.");
  let told = file.alt;
  let described = file;
  for (let alt = get().alt.trim(); alt !== told; alt = get().alt.trim()) {
    described = (await api.describe(id, alt, signal)).file ?? described;
    told = alt;
  }
  return described;
}

function isForgotten(error: unknown, { fileId }: Upload): boolean {
  return fileId !== null && error instanceof FilesRefusal && error.error.code === "not_found";
}

async function refuseIfForGood(error: unknown, upload: Upload): Promise<void> {
  if (error instanceof FilesRefusal) {
    const { code } = error.error;
    // A conflict is that of parts which are missing: they are asked for again. A session may be renewed.
    if (!TRANSIENT_CODES.has(code) && code !== "conflict" && code !== "unauthorized") throw error;
  } else if (upload.blob && !(await canBeRead(upload.blob))) {
    throw lost(upload);
  }
}

/** A file that was moved or changed since it was chosen gives nothing any more, and a request says only that it failed. */
async function canBeRead(blob: Blob): Promise<boolean> {
  try {
    await blob.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
