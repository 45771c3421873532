import type { RefObject } from "react";
import type { RoomSummary } from "./room-summary";

/** What every dialog about a room is given. */
export type RoomDialogProps = {
  room: RoomSummary;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Where the focus goes when it closes: the menu that opened it is gone by then. */
  returnFocus: RefObject<HTMLElement | null>;
};
