"use client";

import { updateRoomAction } from "@/app/rooms/actions";
import { Portrait } from "@/components/portrait/portrait";
import { PortraitField } from "@/components/portrait/portrait-field";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions, DialogClose, DialogContent } from "@/components/ui/dialog";
import { FormError } from "@/components/ui/form-error";
import { useForm } from "@/components/ui/use-action";
import type { RoomDialogProps } from "./room-dialog";
import { ROOM_FIELDS, RoomFields } from "./room-fields";
import { RoomIcon } from "./room-icon";
import type { RoomSummary } from "./room-summary";

export function EditRoomDialog({ room, open, onOpenChange, returnFocus }: RoomDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title="Edit the room" returnFocus={returnFocus}>
        <div className="mb-5">
          <PortraitField portrayed={{ of: "room", roomId: room.id }} id={room.id}>
            <span className="relative grid size-14 shrink-0 place-items-center rounded-lg bg-primary-soft text-primary-soft-foreground">
              <RoomIcon room={room} className="size-6" />
              <Portrait of="room" id={room.id} />
            </span>
          </PortraitField>
        </div>
        <EditRoomForm room={room} onDone={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

function EditRoomForm({ room, onDone }: { room: RoomSummary; onDone: () => void }) {
  const { formProps, pending, error } = useForm(updateRoomAction, onDone);
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <input type="hidden" name="room" value={room.id} />
      <RoomFields room={room} error={error} />
      <FormError error={error} fields={ROOM_FIELDS} />
      <DialogActions>
        <DialogClose asChild>
          <Button variant="ghost">Cancel</Button>
        </DialogClose>
        <Button type="submit" busy={pending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
