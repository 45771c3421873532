import type { Upload } from "@/client/files/upload";
import type { MessageFile } from "@/protocol/files";
import { guessKind } from "./kinds";
import { localAddress, rememberLocal } from "./local-address";

/** A file on its way, as far as this device can show it: as the server's own as soon as that is there. */
export function shownFile({ key, name, type, voice, size, alt, details, blob, file, fileId }: Upload): MessageFile {
  if (blob && fileId) rememberLocal(fileId, blob);
  if (file) return { ...file, alt };
  const { poster, ...measures } = details ?? {};
  return {
    id: key,
    name,
    kind: guessKind({ type, voice }),
    type,
    size,
    alt,
    url: blob ? localAddress(blob) : "",
    ...measures,
    ...(poster && { small: `data:image/jpeg;base64,${poster}` }),
  };
}
