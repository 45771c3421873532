import { useMemo } from "react";
import { splitLinks } from "@/components/message/links";

type PreviewSwitchProps = { text: string; isOn: boolean; onChange(isOn: boolean): void };

/** Whether the server may look at what a message links to; there only while the message has a link. */
export function PreviewSwitch({ text, isOn, onChange }: PreviewSwitchProps) {
  const hasLink = useMemo(() => splitLinks(text).some(({ href }) => href !== undefined), [text]);
  if (!hasLink) return null;
  return (
    <label className="flex shrink-0 items-center gap-1.5 text-muted-foreground text-xs leading-6">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} className="size-3.5" />
      Preview the link
    </label>
  );
}
