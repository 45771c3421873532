import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { buffer } from "node:stream/consumers";
import type { FileKind } from "@/protocol/files";
import {
  HEAD_BYTES,
  type Lend,
  type Made,
  PDF_MAX_BYTES,
  type Preview,
  type Sniffed,
  UnfitFile,
} from "@/server/media/media";
import { shared } from "@/server/shared";
import { UnknownUpload } from "@/server/storage/storage";
import { Refused } from "../refused";
import type { Claim } from "./claim";
import { type Details, FILE_COLUMNS, type FileRow, keyOf, ORIGINAL } from "./file-row";

const STRIPPED = new Set<FileKind>(["video", "audio", "pdf"]);
/** Of files that are taken as they are: pictures of other kinds, and documents of offices. */
const KEEPING_TYPES = /^image\/|officedocument|opendocument|msword|ms-(excel|powerpoint)|x-cfb|rtf|epub/;

/** What a look at the file found and made. */
type Seen = Pick<FileRow, "kind" | "type" | "name" | "details"> & { made: Made; keepsOriginal: boolean };

/**
 * Finds out by its bytes what a file is, makes what is shown of it, and keeps both.
 * @throws UnfitFile when it cannot be shown as what it claims to be.
 */
export async function look(claimed: Claim, poster: Buffer | null): Promise<FileRow> {
  const { storage, media } = shared();
  const { file } = claimed;
  const head = await readHead(file);
  const sniffed = await media.sniff(head, file.name);
  const isPortrait = file.purpose === "person" || file.purpose === "room";
  if (isPortrait && sniffed.kind !== "image") throw new UnfitFile("file", "This is no picture: choose another one.");
  return storage.withScratch(async (dir) => {
    const seen = await see(file, { ...sniffed, head, poster, dir });
    if (seen.keepsOriginal && (await keepsMetadata(file, sniffed))) seen.details.keepsMetadata = true;
    const variants: FileRow["variants"] = seen.keepsOriginal ? { [ORIGINAL]: file.size } : {};
    // Of who somebody is, one small picture that keeps still is enough.
    const made = isPortrait ? { small: seen.made.still ?? seen.made.small ?? "" } : seen.made;
    for (const [variant, path] of Object.entries(made)) {
      variants[variant] = (await stat(path)).size;
      await storage.putFile(keyOf(file.id, variant), path);
    }
    const ready = await keep(claimed, seen, variants);
    if (!seen.keepsOriginal) await storage.remove([keyOf(file.id, ORIGINAL)]);
    return ready;
  });
}

/** Blanks what a file says of its making, where we know how. @returns whether it may still say some of it. */
async function keepsMetadata({ id, size }: FileRow, { kind, type }: Sniffed): Promise<boolean> {
  const { storage, media } = shared();
  if (!STRIPPED.has(kind)) return KEEPING_TYPES.test(type);
  if (size > storage.rewriteMaxBytes) return true;
  const done = await media.stripMetadata((work) => storage.rewriteFile(keyOf(id, ORIGINAL), work));
  return done.keepsMetadata;
}

type Glimpse = Sniffed & { head: Buffer; poster: Buffer | null; dir: string };

async function see(file: FileRow, { kind, type, extension, head, poster, dir }: Glimpse): Promise<Seen> {
  const { media, storage } = shared();
  const { width, height, durationMs, waveform } = file.details;
  const lend: Lend = (work) => storage.withLocalFile(keyOf(file.id, ORIGINAL), work);
  const plain = { kind, type, name: file.name, made: {}, keepsOriginal: true };
  switch (kind) {
    case "image": {
      const { made, ...picture } = await media.picture(lend, type, dir);
      const { placeholder, animated } = picture;
      const details: Details = {
        width: picture.width,
        height: picture.height,
        placeholder,
        ...(animated && { animated }),
      };
      const name = withExtension(file.name, picture.extension);
      return { kind, type: picture.type, name, details, made, keepsOriginal: false };
    }
    case "video": {
      // A recorder's container may be that of videos.
      if (file.kind === "voice") return voice(plain, file.details);
      const preview = poster && (await stillOf(poster, dir));
      const details = { ...(preview ? measuresOf(preview) : { width, height }), durationMs };
      return { ...plain, details, made: preview?.made ?? {} };
    }
    case "audio":
      return file.kind === "voice" ? voice(plain, file.details) : { ...plain, details: { durationMs, waveform } };
    case "text":
      return { ...plain, details: { text: media.firstLines(head) } };
    case "pdf": {
      const preview = file.size <= PDF_MAX_BYTES && (await media.pdf(lend, dir));
      return preview ? { ...plain, details: measuresOf(preview), made: preview.made } : { ...plain, details: {} };
    }
    case "other":
      return {
        ...plain,
        name: extension && !extname(file.name) ? withExtension(file.name, extension) : file.name,
        details: {},
      };
    case "voice":
      throw new Error("No bytes say that they are a voice note.");
    default:
      return kind satisfies never;
  }
}

/** @returns null for what is no picture: a video without a still is a video all the same. */
async function stillOf(poster: Buffer, dir: string): Promise<Preview | null> {
  return shared()
    .media.poster(poster, dir)
    .catch((error) => {
      if (error instanceof UnfitFile) return null;
      throw error;
    });
}

function voice(plain: Omit<Seen, "details">, { durationMs, waveform }: Details): Seen {
  return { ...plain, kind: "voice", type: plain.type.replace(/^video/, "audio"), details: { durationMs, waveform } };
}

function measuresOf({ width, height, placeholder }: { width: number; height: number; placeholder: string }): Details {
  return { width, height, placeholder };
}

async function readHead({ id, size }: FileRow): Promise<Buffer> {
  const body = await shared().storage.read(keyOf(id, ORIGINAL), { start: 0, end: Math.min(size, HEAD_BYTES) - 1 });
  if (!body) throw new UnknownUpload("It is gone.");
  return buffer(body);
}

async function keep({ file, settle }: Claim, seen: Seen, variants: FileRow["variants"]): Promise<FileRow> {
  const { kind, type, name, details } = seen;
  const size = variants.full ?? variants[ORIGINAL] ?? variants.small ?? file.size;
  const storedBytes = Object.values(variants).reduce((sum, bytes) => sum + bytes, 0);
  const { rows } = await shared().pool.query<FileRow>(
    `UPDATE "File" f SET state = 'ready', "touchedAt" = now(), "uploadRef" = NULL, kind = $2::"FileKind", type = $3,
       name = $4, details = $5, variants = $6, size = $7, "storedBytes" = $8
     WHERE f.id = $1 AND f."deletedAt" IS NULL AND f.state = 'processing' AND f."touchedAt" = $9
     RETURNING ${FILE_COLUMNS}`,
    [file.id, kind, type, name, JSON.stringify(details), JSON.stringify(variants), size, storedBytes, await settle()],
  );
  if (rows[0]) return rows[0];
  throw new Refused("not_found", "You have no such file, or not any more.");
}

/** What the bytes are, the name says too: whoever saves the file opens it with the right program. */
function withExtension(name: string, extension: string): string {
  const present = extname(name);
  const same = present.toLowerCase() === `.${extension}` || (extension === "jpg" && /^\.jpeg$/i.test(present));
  return same ? name : `${present ? name.slice(0, -present.length) : name}.${extension}`;
}
