import type { FileKind } from "@/protocol/files";

/** A picture or the like that its bytes do not allow: the sentence is for the person who sent it. */
export class UnfitFile extends Error {
  override name = "UnfitFile";
  constructor(
    readonly field: "file" | "name" | "poster",
    sentence: string,
  ) {
    super(sentence);
  }

  /** Pages have a copy of this class of their own: its name tells it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "UnfitFile";
  }
}

/** What the first bytes say. `extension` belongs to `type`; null when bytes of this type have none of their own. */
export type Sniffed = { kind: FileKind; type: string; extension: string | null };

/** Files made of one, by their variant: paths in the folder that was lent. */
export type Made = Record<string, string>;

export type Picture = {
  type: string;
  extension: string;
  width: number;
  height: number;
  animated: boolean;
  placeholder: string;
  /** "full" takes the place of what was sent. */
  made: Made & { full: string };
};

export type Preview = { width: number; height: number; placeholder: string; made: Made };

/** Lends the file as one of this machine, when its turn has come: a copy of it may have to be fetched. */
export type Lend = <Result>(work: (path: string) => Promise<Result>) => Promise<Result>;

/** Lends the file to be changed in place, and keeps the change, when its turn has come. */
export type Rewrite = <Result extends { isChanged: boolean }>(
  work: (path: string) => Promise<Result>,
) => Promise<Result>;

/** Looks into files, and makes of them what is shown. Nothing that it is given can harm the process. */
export interface Media {
  /**
   * @param head the first bytes of the file, `HEAD_BYTES` or fewer.
   * @throws UnfitFile when the name claims a picture, a video or the like, and the bytes are something else.
   */
  sniff(head: Uint8Array, name: string): Promise<Sniffed>;
  /** Re-encodes a picture, upright and without what the camera wrote into it, with its previews. @throws UnfitFile */
  picture(lend: Lend, type: string, dir: string): Promise<Picture>;
  /** Previews of a still that a browser took from a video. @throws UnfitFile */
  poster(bytes: Uint8Array, dir: string): Promise<Preview>;
  /** Previews of a document's first page, or null when there is nothing to show. */
  pdf(lend: Lend, dir: string): Promise<Preview | null>;
  /** Blanks what sound, a film or a document says of its making. @returns whether it may still say some of it. */
  stripMetadata(rewrite: Rewrite): Promise<{ keepsMetadata: boolean }>;
  /** The first lines of a text. */
  firstLines(head: Uint8Array): string;
}

/** A larger document is not looked into. */
export const PDF_MAX_BYTES = 32 * 1024 * 1024;

/** Enough of a file to know its type. */
export const HEAD_BYTES = 64 * 1024;
