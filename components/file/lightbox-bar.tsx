import { Download, MessageSquareText, Pause, Play, X, ZoomIn, ZoomOut } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { MessageLink } from "@/components/message/conversation";
import { Button } from "@/components/ui/button";
import { LocalTime } from "@/components/ui/local-time";
import { downloadAddress } from "./download-address";
import { FileName } from "./file-name";
import type { ShownMedia } from "./shown-media";
import type { View } from "./zoom";

type LightboxBarProps = {
  shown: ShownMedia;
  view: View;
  /** Null for what cannot be zoomed. */
  zoom: { larger(): void; smaller(): void } | null;
  moves: boolean;
  onMotion(moves: boolean): void;
};

/** Who sent it, and what can be done with it. */
export function LightboxBar({ shown, view, zoom, moves, onMotion }: LightboxBarProps) {
  const { file, seq, sender, sentAt } = shown;
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 ps-4 pe-2 pt-[env(safe-area-inset-top)] box-content">
      <div className="grid min-w-0 flex-1 leading-5">
        <Radix.Title className="truncate font-semibold text-base">
          <bdi>{sender}</bdi>
        </Radix.Title>
        <p className="flex min-w-0 gap-2 text-muted-foreground text-xs">
          <span className="shrink-0">
            <LocalTime at={sentAt} />
          </span>
          <FileName name={file.name} className="max-sm:hidden" />
        </p>
      </div>
      {file.animated && (
        <Button
          variant="ghost"
          size="icon"
          aria-label={moves ? "Stop the moving picture" : "Play the moving picture"}
          onClick={() => onMotion(!moves)}
        >
          {moves ? <Pause /> : <Play />}
        </Button>
      )}
      {zoom && (
        <>
          <Button
            variant="ghost"
            size="icon"
            aria-label="Zoom out"
            aria-disabled={view.scale === 1}
            onClick={zoom.smaller}
          >
            <ZoomOut />
          </Button>
          <Button variant="ghost" size="icon" aria-label="Zoom in" onClick={zoom.larger}>
            <ZoomIn />
          </Button>
        </>
      )}
      <Button asChild variant="ghost" size="icon">
        <MessageLink seq={seq} label="Show in the conversation">
          <MessageSquareText />
        </MessageLink>
      </Button>
      <Button asChild variant="ghost" size="icon">
        <a href={downloadAddress(file)} download={file.name} aria-label="Download">
          <Download />
        </a>
      </Button>
      <Radix.Close asChild>
        <Button variant="ghost" size="icon" aria-label="Close">
          <X />
        </Button>
      </Radix.Close>
    </header>
  );
}
