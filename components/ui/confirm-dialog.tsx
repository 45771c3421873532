"use client";

import type { ReactNode, RefObject } from "react";
import type { ActionResult } from "./action-result";
import { Button } from "./button";
import { Dialog, DialogActions, DialogClose, DialogContent } from "./dialog";
import { FormError } from "./form-error";
import { useAction } from "./use-action";

type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  returnFocus?: RefObject<HTMLElement | null>;
  title: string;
  /** What will be so afterwards. */
  children: ReactNode;
  /** The verb on the button that does it. */
  deed: string;
  danger?: boolean;
  action: () => Promise<ActionResult>;
  onDone?: () => void;
};

/** Asks before something that is felt by others or cannot be taken back. */
export function ConfirmDialog({
  open,
  onOpenChange,
  returnFocus,
  title,
  children,
  onDone,
  ...deed
}: ConfirmDialogProps) {
  const finish = () => {
    onOpenChange(false);
    onDone?.();
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title={title} description={children} returnFocus={returnFocus}>
        <Deed {...deed} onDone={finish} />
      </DialogContent>
    </Dialog>
  );
}

function Deed({ deed, danger, action, onDone }: Pick<ConfirmDialogProps, "deed" | "danger" | "action" | "onDone">) {
  const { run, pending, error } = useAction(action, onDone);
  return (
    <>
      <FormError error={error} />
      <DialogActions>
        <DialogClose asChild>
          <Button variant="ghost">Cancel</Button>
        </DialogClose>
        <Button variant={danger ? "danger" : "primary"} busy={pending} onClick={() => run()}>
          {deed}
        </Button>
      </DialogActions>
    </>
  );
}
