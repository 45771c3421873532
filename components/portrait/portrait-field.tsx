"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { FilesRefusal } from "@/client/files/files-api";
import { type Portrayed, removePortrait, sendPortrait } from "@/client/files/portraits";
import type { Upload } from "@/client/files/upload";
import { progressOf } from "@/components/file/progress";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { ProgressBar } from "@/components/ui/progress-bar";
import { toast } from "@/components/ui/toast";
import { renewPortrait } from "./portrait-versions";

type PortraitFieldProps = {
  portrayed: Portrayed;
  /** The person's or the room's. */
  id: string;
  /** What it looks like now, where that does not stand nearby. */
  children?: ReactNode;
};

/** Chooses, changes and takes away the picture of oneself, or of a room. It takes effect at once. */
export function PortraitField({ portrayed, id, children }: PortraitFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController | null>(null);
  const [upload, setUpload] = useState<Upload | null>(null);
  const [error, setError] = useState<string | null>(null);
  const hintId = useId();
  const router = useRouter();
  useEffect(() => () => running.current?.abort(new Error("The form was left.")), []);

  /** A room's picture has a new address, which the page has from the server. */
  const showChange = () => (portrayed.of === "room" ? router.refresh() : renewPortrait(id));

  const choose = async (file: File | undefined) => {
    if (!file) return;
    const controller = new AbortController();
    running.current = controller;
    setError(null);
    try {
      await sendPortrait(portrayed, { blob: file, name: file.name }, setUpload, controller.signal);
      showChange();
      toast.success("The picture is changed.");
    } catch (cause) {
      if (!controller.signal.aborted) setError(cause instanceof FilesRefusal ? cause.message : "It could not be sent.");
    } finally {
      setUpload(null);
    }
  };

  const remove = async () => {
    if (!(await removePortrait(portrayed))) return setError("The server cannot be reached. Try again.");
    showChange();
    toast.success("The picture is taken away.");
  };

  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-4">
        {children}
        <div className="flex flex-wrap gap-2">
          <Button
            variant="secondary"
            size="sm"
            busy={upload !== null}
            aria-describedby={hintId}
            onClick={() => input.current?.click()}
          >
            Choose a picture
          </Button>
          {upload ? (
            <Button variant="ghost" size="sm" onClick={() => running.current?.abort(new Error("Cancelled."))}>
              Cancel
            </Button>
          ) : (
            <Button variant="ghost" size="sm" onClick={() => void remove()}>
              Take it away
            </Button>
          )}
        </div>
      </div>
      {upload && <ProgressBar label="Sending the picture" percent={progressOf([upload])} />}
      {error && <Notice tone="danger">{error}</Notice>}
      <p id={hintId} className="text-muted-foreground text-sm">
        A square one fits best; up to 20 MB.
      </p>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={({ target }) => {
          void choose(target.files?.[0]);
          target.value = "";
        }}
      />
    </div>
  );
}
