import type { Metadata } from "next";
import Link from "next/link";
import { FrontDoor } from "@/components/account/front-door";
import { SignUpForm } from "@/components/account/sign-up-form";
import { AcceptInviteForm } from "@/components/invite/accept-invite-form";
import { Button } from "@/components/ui/button";
import { findInvite, type Invitation } from "@/server/domain/invites";
import { findViewer } from "../../session";

// The token is a secret: no page that is left from here learns the address.
export const metadata: Metadata = { title: "Invitation", referrer: "same-origin" };

export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const [viewer, invitation] = await Promise.all([findViewer(), findInvite(token)]);
  if (!invitation) return <NoLongerGood signedIn={viewer !== null} />;

  if (viewer) {
    return (
      <FrontDoor
        title={<Welcome {...invitation} />}
        intro={
          <>
            You are signed in as <bdi className="font-semibold text-foreground">{viewer.name}</bdi>.
          </>
        }
      >
        <AcceptInviteForm token={token} deed={invitation.room ? "Join the room" : "Go in"} />
      </FrontDoor>
    );
  }
  return (
    <FrontDoor
      title={<Welcome {...invitation} />}
      intro="Create an account to come in."
      footer={
        <>
          Have an account? <Link href={`/sign-in?next=${encodeURIComponent(`/invite/${token}`)}`}>Sign in</Link>
        </>
      }
    >
      <SignUpForm next="/" inviteToken={token} deed="Create the account and join" />
    </FrontDoor>
  );
}

function Welcome({ invitedBy, room }: Invitation) {
  return (
    <>
      <bdi>{invitedBy}</bdi> invites you to <bdi>{room?.name ?? "Adda"}</bdi>
    </>
  );
}

function NoLongerGood({ signedIn }: { signedIn: boolean }) {
  return (
    <FrontDoor
      title="This invite is no longer good"
      intro="It ran out, was taken back, or the address is not complete. Ask whoever sent it for a new one."
    >
      <Button asChild variant="secondary" size="lg" className="w-full">
        <Link href={signedIn ? "/" : "/sign-in"}>{signedIn ? "Back to your rooms" : "Sign in"}</Link>
      </Button>
    </FrontDoor>
  );
}
