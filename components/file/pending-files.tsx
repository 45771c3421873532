"use client";

import { Button } from "@/components/ui/button";
import { MessageFiles } from "./message-files";
import { shownFile } from "./shown-file";
import { UploadProgress } from "./upload-progress";
import { useUploads } from "./use-uploads";

type PendingFilesProps = {
  /** The keys of the uploads that the message carries. */
  keys: readonly string[];
  /** True while the message waits for them. */
  isWaiting: boolean;
  onCancel(): void;
};

/** The files of a message on its way, as this device shows them, and how far they are. */
export function PendingFiles({ keys, isWaiting, onCancel }: PendingFilesProps) {
  const uploads = useUploads(keys);
  if (uploads.length === 0) return null;
  return (
    <>
      <MessageFiles files={uploads.map(shownFile)} />
      {isWaiting && (
        <div className="flex max-w-[26rem] items-center gap-3 pb-1">
          <UploadProgress uploads={uploads} className="min-w-0 flex-1" />
          <Button variant="ghost" size="sm" aria-label="Cancel this message" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      )}
    </>
  );
}
