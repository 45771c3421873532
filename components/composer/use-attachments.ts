"use client";

import { useCallback, useState } from "react";
import { checkFiles } from "@/client/files/check-files";
import type { GivenFile, Upload } from "@/client/files/upload";
import { useDraftUploads } from "@/components/file/use-uploads";
import { useChatClient } from "@/components/room/chat-provider";

export type Attachments = {
  uploads: readonly Upload[];
  /** Why files were not taken, a sentence each. */
  refusals: readonly string[];
  /** @param refused sentences about what came with them and is no file. */
  add(files: readonly GivenFile[], refused?: readonly string[]): void;
  /** Shows why something could not be attached; null takes away what is shown. */
  refuse(sentence: string | null): void;
  retry(key: string): void;
  remove(key: string): void;
  describe(key: string, alt: string): void;
};

const NONE: readonly string[] = [];

/** The files of a room's next message: begun as soon as they are chosen, and refused before a byte travels. */
export function useAttachments(roomId: string): Attachments {
  const uploads = useChatClient()?.uploads;
  const draft = useDraftUploads(roomId);
  const [refusals, setRefusals] = useState(NONE);

  const add = useCallback(
    (files: readonly GivenFile[], refused: readonly string[] = NONE) => {
      if (!uploads) return;
      const already = uploads.state.get().drafts.get(roomId)?.length ?? 0;
      const checked = checkFiles(files, already, uploads.limits);
      setRefusals([...refused, ...checked.refusals]);
      for (const file of checked.taken) uploads.add(roomId, file);
    },
    [uploads, roomId],
  );

  const refuse = useCallback((sentence: string | null) => setRefusals(sentence === null ? NONE : [sentence]), []);

  return {
    uploads: draft,
    refusals,
    add,
    refuse,
    retry: (key) => uploads?.retry([key]),
    remove: (key) => uploads?.discard(key),
    describe: (key, alt) => uploads?.describe(key, alt),
  };
}
