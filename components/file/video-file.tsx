import type { MessageFile } from "@/protocol/files";
import { findLocal } from "./local-address";
import { placeOf } from "./picture-size";

/** A film with its own controls. Nothing of it is loaded before it is played, when there is a still to show. */
export function VideoFile({ file }: { file: MessageFile }) {
  const { width, height } = placeOf(file);
  const still = file.large ?? file.small;
  return (
    // biome-ignore lint/a11y/useMediaCaption: what people send to each other comes without captions.
    <video
      controls
      playsInline
      aria-label={`Video ${file.name}`}
      poster={still}
      preload={still ? "none" : "metadata"}
      src={findLocal(file.id) ?? file.url}
      className="max-w-full rounded-lg bg-black"
      style={{ width, aspectRatio: `${width} / ${height}` }}
    />
  );
}
