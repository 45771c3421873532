"use client";

import { updateRoomAction } from "@/app/rooms/actions";
import { PortraitField } from "@/components/portrait/portrait-field";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions, DialogClose, DialogContent } from "@/components/ui/dialog";
import { FormError } from "@/components/ui/form-error";
import { useForm } from "@/components/ui/use-action";
import type { RoomDialogProps } from "./room-dialog";
import { RoomFace } from "./room-face";
import { ROOM_FIELDS, RoomFields } from "./room-fields";
import type { RoomSummary } from "./room-summary";

export function EditRoomDialog({ room, open, onOpenChange, returnFocus }: RoomDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title="Edit the room" returnFocus={returnFocus}>
        <div className="mb-5">
          <PortraitField portrayed={{ of: "room", roomId: room.id }} id={room.id}>
            <RoomFace
              room={room}
              className="size-14 rounded-lg bg-primary-soft text-primary-soft-foreground"
              iconClassName="size-6"
            />
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
