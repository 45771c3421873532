import { Clock3 } from "lucide-react";
import { memo, useRef, useState } from "react";
import { MessageFiles } from "@/components/file/message-files";
import { PendingFiles } from "@/components/file/pending-files";
import type { ActionResult } from "@/components/ui/action-result";
import { Avatar } from "@/components/ui/avatar";
import { cn } from "@/components/ui/cn";
import { type Clock, dayOf } from "./clock";
import { DayDivider } from "./day-divider";
import type { Entry } from "./entry";
import { FailedNotice } from "./failed-notice";
import { startsDay, startsGroup } from "./grouping";
import { LinkCard } from "./link-card";
import { MessageMenu } from "./message-menu";
import { MessageText } from "./message-text";
import { Moment } from "./moment";

const UTC: Clock = { timeZone: "UTC", locale: "en-GB", hour12: false };

/** What can be done with messages. */
export type MessageActions = {
  retry(clientId: string): void;
  edit(clientId: string): void;
  discard(clientId: string): void;
  /** Takes the previews of links off. @returns whether they are off. */
  removeLinks(messageId: string): Promise<boolean>;
  delete(messageId: string): Promise<ActionResult>;
};

type MessageRowProps = {
  entry: Entry;
  previous: Entry | null;
  clock: Clock | null;
  /** True for what came while the reader was here: a screen reader says it. */
  fresh: boolean;
  /** True for the viewer's own. */
  own: boolean;
  /** True where the viewer may delete it. */
  deletable: boolean;
  actions: MessageActions;
};

/** One message of the log, with the day and the author above it where they change. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { entry, previous, clock, fresh, own, deletable, actions } = props;
  const heads = startsGroup(entry, previous, clock ?? UTC);
  const [spoken] = useState(fresh);
  const authorId = `by-${entry.key}`;
  const momentId = `at-${entry.key}`;
  const row = useRef<HTMLElement>(null);
  const [isNear, setNear] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const { id, seq } = entry;
  const onDelete = deletable && id ? () => actions.delete(id) : null;

  return (
    <div className={cn(heads && "pt-3")}>
      {startsDay(entry, previous, clock ?? UTC) && (
        <div className="-mt-3 pb-3">
          <DayDivider day={dayOf(entry.sentAt, clock ?? UTC)} clock={clock ?? UTC} />
        </div>
      )}
      <article
        ref={row}
        aria-labelledby={`${authorId} ${momentId}`}
        aria-live={spoken ? undefined : "off"}
        // The arrows of the log bring the focus here, and so does a finger.
        tabIndex={-1}
        onPointerEnter={() => setNear(true)}
        onPointerLeave={({ currentTarget }) => setNear(currentTarget.contains(document.activeElement))}
        onFocus={() => setNear(true)}
        onBlur={({ currentTarget, relatedTarget }) => setNear(currentTarget.contains(relatedTarget))}
        className="group relative grid grid-cols-[2.25rem_minmax(0,1fr)] gap-x-3 px-4 py-0.5 hover:bg-muted/60 focus-visible:-outline-offset-2 sm:px-6"
      >
        {heads ? (
          <Avatar id={entry.senderId} name={entry.sender} className="mt-0.5" />
        ) : (
          <Gutter entry={entry} clock={clock} id={momentId} />
        )}
        <div className="min-w-0 max-w-[46rem]">
          {heads ? (
            <div className="flex items-baseline gap-2 leading-5">
              <span id={authorId} dir="auto" className="truncate font-semibold">
                {entry.sender}
              </span>
              {entry.senderDeactivated && <span className="shrink-0 text-muted-foreground text-xs">Deactivated</span>}
              {entry.pending ? <Waiting entry={entry} /> : null}
              <Moment id={momentId} at={entry.sentAt} clock={clock} className={cn(entry.pending && "sr-only")} />
            </div>
          ) : (
            <span id={authorId} dir="auto" className="sr-only">
              {entry.sender}
            </span>
          )}
          <Body entry={entry} own={own} actions={actions} />
        </div>
        {seq !== null && !entry.deleted && (isNear || isMenuOpen) && (
          <MessageMenu text={entry.text} seq={seq} onDelete={onDelete} row={row} onOpenChange={setMenuOpen} />
        )}
      </article>
    </div>
  );
});

/** Beside a message that follows its author's last: the time, when it is looked for. */
function Gutter({ id, entry, clock }: { id: string; entry: Entry; clock: Clock | null }) {
  return (
    <div className="pt-[0.2rem] text-end">
      {entry.pending && <Waiting entry={entry} />}
      <Moment
        id={id}
        at={entry.sentAt}
        clock={clock}
        className={cn(
          "text-[0.6875rem] tabular-nums opacity-0 group-focus-within:opacity-100 group-hover:opacity-100",
          entry.pending && "sr-only",
        )}
      />
    </div>
  );
}

/** A small clock, after a moment: what goes out at once shows none. */
function Waiting({ entry }: { entry: Entry }) {
  if (entry.pending?.status === "failed") return null;
  return (
    <span className="inline-block animate-[fade-in_200ms_500ms_both]" title="On its way">
      <Clock3 aria-hidden className="size-3 text-muted-foreground" />
      <span className="sr-only">On its way</span>
    </span>
  );
}

function Body({ entry, own, actions }: Pick<MessageRowProps, "entry" | "own" | "actions">) {
  const { pending, id } = entry;
  if (entry.deleted)
    return <p className="text-muted-foreground italic leading-[1.4375rem]">This message was deleted.</p>;
  return (
    <>
      <div
        className={cn(
          pending && "opacity-70 transition-opacity delay-500 duration-200 starting:opacity-100",
          pending?.status === "failed" && "delay-0",
        )}
      >
        {entry.text !== "" && <MessageText text={entry.text} edited={entry.edited} />}
        {entry.files.length > 0 && <MessageFiles files={entry.files} />}
        {entry.links.map((link) => (
          <LinkCard key={link.url} link={link} onRemove={own && id ? () => actions.removeLinks(id) : null} />
        ))}
      </div>
      {pending?.files && (
        <PendingFiles
          keys={pending.files}
          isWaiting={pending.status === "uploading"}
          onCancel={() => actions.discard(pending.clientId)}
        />
      )}
      {pending?.status === "failed" && (
        <FailedNotice
          error={pending.error}
          onRetry={() => actions.retry(pending.clientId)}
          onEdit={() => actions.edit(pending.clientId)}
          onDiscard={() => actions.discard(pending.clientId)}
        />
      )}
    </>
  );
}
