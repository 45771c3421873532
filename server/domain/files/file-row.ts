import type { FileKind, MessageFile } from "@/protocol/files";
import { shared } from "@/server/shared";
import type { Upload } from "@/server/storage/storage";
import { isUuid } from "../slugs";

/** What the database keeps of a file; the columns that make one. */
export type FileRow = {
  id: string;
  roomId: string | null;
  uploaderId: string;
  clientId: string | null;
  purpose: "message" | "link" | "person" | "room";
  state: "uploading" | "processing" | "ready";
  kind: FileKind;
  name: string;
  type: string;
  size: number;
  uploadRef: string | null;
  variants: Record<string, number>;
  details: Details;
  alt: string;
  createdAt: Date;
};

/** What is told of a file beside, each where it applies. */
export type Details = Pick<
  MessageFile,
  "width" | "height" | "durationMs" | "animated" | "placeholder" | "text" | "waveform" | "keepsMetadata"
>;

export const FILE_COLUMNS = `f.id, f."roomId", f."uploaderId", f."clientId", f.purpose, f.state, f.kind, f.name, f.type,
  f.size::float8 AS size, f."uploadRef", f.variants, f.details, f.alt, f."createdAt"`;

/** What was sent, before anything is made of it. */
export const ORIGINAL = "original";
/** What readers are given, in the order of preference. */
const CONTENT = ["full", ORIGINAL];
const PREVIEWS = ["small", "large", "still"];
/** Whatever the storage may have of a file. */
export const VARIANTS = [...CONTENT, ...PREVIEWS];

export async function findFile(id: string): Promise<FileRow | null> {
  if (!isUuid(id)) return null;
  const { rows } = await shared().pool.query<FileRow>({
    name: "find-file",
    text: `SELECT ${FILE_COLUMNS} FROM "File" f WHERE f.id = $1 AND f."deletedAt" IS NULL`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** A file that is ready, as its readers are told of it. */
export function toMessageFile({ id, name, kind, type, size, alt, details, variants }: FileRow): MessageFile {
  const url = `/files/${id}`;
  const addresses = PREVIEWS.filter((variant) => variant in variants);
  return {
    id,
    name,
    kind,
    type,
    size,
    alt,
    url,
    ...details,
    ...Object.fromEntries(addresses.map((variant) => [variant, `${url}/${variant}`])),
  };
}

/** The variant that the file's own address gives. */
export function contentVariant({ variants }: Pick<FileRow, "variants">): string | undefined {
  return CONTENT.find((variant) => variant in variants);
}

/** Keys are made of ids alone. The last digits of an id are random, so they spread files over folders. */
export function keyOf(id: string, variant: string): string {
  return `${id.slice(-2)}/${id}/${variant}`;
}

export function uploadOf({ id, size, uploadRef }: Pick<FileRow, "id" | "size" | "uploadRef">): Upload | null {
  return uploadRef === null ? null : { key: keyOf(id, ORIGINAL), size, ref: uploadRef };
}
