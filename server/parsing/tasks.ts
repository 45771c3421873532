import type { stripMetadata } from "@/server/media/metadata/strip-metadata";
import type { makePage, makePicture, makePoster, measurePicture } from "@/server/media/pictures";

/**
 * What is done with untrusted content, in a child process. Each task loads what it needs when it is first asked for, so
 * that a child which reads pages never loads a decoder.
 */
export const tasks = {
  sniff: async ({ head, name }: { head: Uint8Array; name: string }) =>
    (await import("@/server/media/sniff")).sniff(head, name),
  measurePicture: async (input: Parameters<typeof measurePicture>[0]) =>
    (await import("@/server/media/pictures")).measurePicture(input),
  picture: async (input: Parameters<typeof makePicture>[0]) =>
    (await import("@/server/media/pictures")).makePicture(input),
  poster: async (input: Parameters<typeof makePoster>[0]) =>
    (await import("@/server/media/pictures")).makePoster(input),
  firstPage: async (input: Parameters<typeof makePage>[0]) => (await import("@/server/media/pictures")).makePage(input),
  stripMetadata: async (input: Parameters<typeof stripMetadata>[0]) =>
    (await import("@/server/media/metadata/strip-metadata")).stripMetadata(input),
  metadata: async (page: { url: string; type: string; bytes: Uint8Array }) =>
    (await import("@/server/links/page-metadata")).readMetadata(page),
};

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type Input<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type Output<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;
