"use client";

import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { createRoomAction } from "@/app/rooms/actions";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions, DialogClose, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { FormError } from "@/components/ui/form-error";
import { useForm } from "@/components/ui/use-action";
import { ROOM_FIELDS, RoomFields } from "./room-fields";

/** Creates a room. Without a child its trigger is the plus of the sidebar. */
export function CreateRoomDialog({ children }: { children?: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        {children ?? (
          <Button variant="ghost" size="iconSm" aria-label="Create room" className="text-muted-foreground">
            <Plus />
          </Button>
        )}
      </DialogTrigger>
      <DialogContent title="Create room">
        <CreateRoomForm onDone={() => setOpen(false)} />
      </DialogContent>
    </Dialog>
  );
}

function CreateRoomForm({ onDone }: { onDone: () => void }) {
  const router = useRouter();
  const { formProps, pending, error } = useForm(createRoomAction, ({ slug }) => {
    onDone();
    router.push(`/rooms/${slug}`);
  });
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <RoomFields error={error} />
      <FormError error={error} fields={ROOM_FIELDS} />
      <DialogActions>
        <DialogClose asChild>
          <Button variant="ghost">Cancel</Button>
        </DialogClose>
        <Button type="submit" busy={pending}>
          Create room
        </Button>
      </DialogActions>
    </form>
  );
}
