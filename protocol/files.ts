/** What a file is to those who see it; found by its content. */
export type FileKind = "image" | "video" | "audio" | "voice" | "pdf" | "text" | "other";

/**
 * A file as everybody who may read the room sees it. Addresses are on this server, need a session or a token, answer
 * ranges, and never change what they give; they end with the message.
 */
export type MessageFile = {
  id: string;
  /** For people: whatever a program does with the file, its `id` is what names it. */
  name: string;
  kind: FileKind;
  /** The media type of what `url` gives. */
  type: string;
  /** Bytes of what `url` gives. */
  size: number;
  /** What a picture shows, in words; empty when nobody said. */
  alt: string;
  url: string;
  /** Of a picture, a video and a document's first page, in pixels, as it is shown. */
  width?: number;
  height?: number;
  /** Of sound and video. */
  durationMs?: number;
  /** A picture that moves. `still` is the one that does not. */
  animated?: true;
  /** A tiny picture of the right proportions, as a `data:` address, to be shown blurred until the real one is there. */
  placeholder?: string;
  /**
   * Previews in WebP, which fit into squares of `PREVIEW_SMALL_PX` and `PREVIEW_LARGE_PX`: of a picture, a video whose
   * sender gave a still, and a document's first page. One that is small has no large one.
   */
  small?: string;
  large?: string;
  /** The first frame of a picture that moves, for who asked for reduced motion. */
  still?: string;
  /** The first lines of a text, at most `TEXT_PREVIEW_MAX_LENGTH`. */
  text?: string;
  /** Of a voice note: how loud, from 0 to 100, over its length. */
  waveform?: number[];
  /** It may still say where, when, by whom or with what it was made: not all of that could be removed. */
  keepsMetadata?: true;
};

/** A file of a room, and the message that it came with. */
export type RoomFile = MessageFile & { seq: number; sender: string; senderId: string; sentAt: string };

/** One piece of an upload: `PUT` bytes `offset` to `offset + size` to `url`, with these headers and no others. */
export type UploadPart = { number: number; offset: number; size: number; url: string; headers: Record<string, string> };

/** A file on its way, or there. */
export type FileUpload = {
  id: string;
  /** Null for a person's picture. */
  roomId: string | null;
  state: "uploading" | "processing" | "ready";
  /** Null until it is ready. */
  file: MessageFile | null;
  /**
   * While it is uploading: what is missing of it, in bytes, and the first `PARTS_LISTED_MAX` of the parts that are, good
   * until `expiresAt`. Who has sent those asks for the next.
   */
  upload: { parts: UploadPart[]; missingBytes: number; expiresAt: string } | null;
};

/** What a server takes; `GET /api/limits`. */
export type FileLimits = {
  fileBytesMax: number;
  filesPerMessage: number;
  picturePixelsMax: number;
  /** Files of one person that are on their way or were not sent yet. */
  uploadsPerUser: number;
  storageBytesPerUser: number;
  storageBytesPerRoom: number;
};
