"use client";

import { Mail, UserPlus } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { addMember, findCandidates, inviteByEmail } from "@/client/members-api";
import type { RestAnswer } from "@/client/rest";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { showRefusal, toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import { usePaused } from "@/components/ui/use-paused";
import type { Person } from "@/protocol/frames";
import { EMAIL_MAX_LENGTH } from "@/protocol/limits";
import type { RoomSummary } from "./room-summary";

type AddMemberFormProps = { room: RoomSummary; onAdded: () => void };

/** Adds somebody with whom one shares a room, by name. For an e-mail address it makes a link to be sent there. */
export function AddMemberForm({ room, onAdded }: AddMemberFormProps) {
  const [typed, setTyped] = useState("");
  const [invited, setInvited] = useState<{ email: string; url: string } | null>(null);
  const isEmail = typed.includes("@");
  const found = useCandidates(room.id, isEmail ? "" : typed);
  const invite = useAction(
    (email: string) => inviteByEmail(room.id, email),
    ({ invite: { url } }) => {
      setInvited({ email: typed.trim(), url });
      setTyped("");
    },
  );

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isEmail && !invite.pending) invite.run(typed.trim());
  };
  const added = (person: Person) => {
    setTyped("");
    toast.success(`${person.name} added`);
    onAdded();
  };

  return (
    <form onSubmit={onSubmit} noValidate className="flex flex-col gap-2">
      <Field name="email" label="Add by name or e-mail" error={invite.error}>
        {(control) => (
          <div className="flex gap-2">
            <Input
              {...control}
              dir="auto"
              autoComplete="off"
              spellCheck={false}
              maxLength={EMAIL_MAX_LENGTH}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setInvited(null);
              }}
              className="min-w-0 flex-1"
            />
            {isEmail && (
              <Button type="submit" variant="secondary" busy={invite.pending} className="h-10 touch:h-11">
                Create link
              </Button>
            )}
          </div>
        )}
      </Field>
      <FormError error={invite.error} fields={["email"]} />
      {found && found.people.length > 0 && (
        <ul aria-label="People found" className="-mx-2 flex flex-col">
          {found.people.map((person) => (
            <Candidate key={person.id} person={person} roomId={room.id} onAdded={() => added(person)} />
          ))}
        </ul>
      )}
      <p role="status" className="text-muted-foreground text-sm empty:hidden">
        {found?.isFailed && "People could not be searched. Check your connection."}
        {found && !found.isFailed && found.people.length === 0 && (
          <>No one by that name shares a room with you. Enter an e-mail address to invite them.</>
        )}
      </p>
      {invited && <InviteByEmail {...invited} roomName={room.name} />}
    </form>
  );
}

type CandidateProps = { person: Person; roomId: string; onAdded: () => void };

function Candidate({ person, roomId, onAdded }: CandidateProps) {
  const add = useAction(addMember, onAdded, showRefusal);
  return (
    <li className="flex min-h-12 items-center gap-3 rounded-md px-2 py-1.5">
      <Avatar id={person.id} name={person.name} />
      <span dir="auto" className="min-w-0 flex-1 truncate">
        {person.name}
      </span>
      <Button variant="secondary" size="sm" busy={add.pending} onClick={() => add.run(roomId, person.id)}>
        <UserPlus aria-hidden />
        <span>
          Add<span className="sr-only"> {person.name}</span>
        </span>
      </Button>
    </li>
  );
}

/** The server sends no mail. The inviter sends the link, so only the owner of the mailbox gets it. */
function InviteByEmail({ email, url, roomName }: { email: string; url: string; roomName: string }) {
  const mail = new URLSearchParams({ subject: `Join ${roomName} on Adda`, body: url })
    .toString()
    .replaceAll("+", "%20");
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="success">
        Send this link to <bdi>{email}</bdi>. It lets one person in, and expires in 7 days.
      </Notice>
      <CopyField label="Invite link" text={url} />
      <Button asChild variant="secondary" className="self-start">
        <a href={`mailto:${encodeURIComponent(email)}?${mail}`}>
          <Mail aria-hidden /> Write e-mail
        </a>
      </Button>
    </div>
  );
}

type Found = { people: readonly Person[]; isFailed: boolean };

/** Null while nothing is searched for, or it is not known yet. */
function useCandidates(roomId: string, typed: string): Found | null {
  const query = usePaused(typed.trim());
  const [answered, setAnswered] = useState<{ query: string; answer: RestAnswer<{ people: Person[] }> } | null>(null);

  useEffect(() => {
    if (query === "") return setAnswered(null);
    let isWanted = true;
    void findCandidates(roomId, query).then((answer) => {
      if (isWanted) setAnswered({ query, answer });
    });
    return () => {
      isWanted = false;
    };
  }, [roomId, query]);

  if (!answered || answered.query !== typed.trim()) return null;
  const { answer } = answered;
  return answer.ok ? { people: answer.value.people, isFailed: false } : { people: [], isFailed: true };
}
