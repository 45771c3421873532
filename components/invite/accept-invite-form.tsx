"use client";

import { acceptInviteAction } from "@/app/invite/[token]/actions";
import { Button } from "@/components/ui/button";
import { FormError } from "@/components/ui/form-error";
import { useForm } from "@/components/ui/use-action";

export function AcceptInviteForm({ token, deed }: { token: string; deed: string }) {
  const { formProps, pending, error } = useForm(acceptInviteAction);
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <FormError error={error} />
      <input type="hidden" name="invite" value={token} />
      <Button type="submit" size="lg" busy={pending}>
        {deed}
      </Button>
    </form>
  );
}
