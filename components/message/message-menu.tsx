"use client";

import { Copy, Ellipsis, Link2, Trash2 } from "lucide-react";
import { type RefObject, useContext, useState } from "react";
import type { ActionResult } from "@/components/ui/action-result";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { copyText } from "@/components/ui/copy-text";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { toast } from "@/components/ui/toast";
import { ConversationContext } from "./conversation";

type MessageMenuProps = {
  text: string;
  /** The room's number that made the message. */
  seq: number;
  /** Null where the viewer may not. */
  onDelete: (() => Promise<ActionResult>) | null;
  /** Where the focus goes when the menu is gone. */
  row: RefObject<HTMLElement | null>;
  /** Told of whether the menu, or what it opened, is open: until then the row keeps it. */
  onOpenChange(open: boolean): void;
};

/** What can be done with a message that is there. */
export function MessageMenu({ text, seq, onDelete, row, onOpenChange }: MessageMenuProps) {
  const [opened, setOpened] = useState<"menu" | "deletion" | null>(null);
  const conversation = useContext(ConversationContext);

  const show = (next: typeof opened) => {
    setOpened(next);
    onOpenChange(next !== null);
  };
  const closeMenu = () => setOpened((now) => (now === "menu" ? null : now));

  return (
    <>
      <DropdownMenu
        open={opened === "menu"}
        onOpenChange={(open) => {
          if (open) show("menu");
          else closeMenu();
        }}
      >
        <DropdownMenuTrigger asChild>
          <Button
            variant="secondary"
            size="iconSm"
            aria-label="Message menu"
            className="absolute end-3 -top-2.5 z-10 touch:-top-2 shadow-sm sm:end-5"
          >
            <Ellipsis />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end" onCloseAutoFocus={() => onOpenChange(opened === "deletion")}>
          {text !== "" && (
            <DropdownMenuItem onSelect={() => void copy(text)}>
              <Copy /> Copy the text
            </DropdownMenuItem>
          )}
          {conversation && (
            <DropdownMenuItem onSelect={() => void copy(location.origin + conversation.address(seq))}>
              <Link2 /> Copy the link
            </DropdownMenuItem>
          )}
          {onDelete && (
            <DropdownMenuItem danger onSelect={() => show("deletion")}>
              <Trash2 /> Delete the message
            </DropdownMenuItem>
          )}
        </DropdownMenuContent>
      </DropdownMenu>
      {onDelete && (
        <ConfirmDialog
          open={opened === "deletion"}
          onOpenChange={() => show(null)}
          returnFocus={row}
          title="Delete this message?"
          deed="Delete"
          danger
          action={onDelete}
        >
          What it says and what it carries is gone for everybody, at once and for good.
        </ConfirmDialog>
      )}
    </>
  );
}

async function copy(text: string): Promise<void> {
  if (await copyText(text)) toast.success("Copied.");
}
