import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { FrontDoor } from "@/components/account/front-door";
import { SignInForm } from "@/components/account/sign-in-form";
import { config } from "@/server/config";
import { isFirstRun } from "@/server/domain/users";
import { ownPath } from "../../own-path";
import { findViewer } from "../../session";

export const metadata: Metadata = { title: "Sign in" };

/** Why somebody is asked to sign in, as the address says it. */
const REASONS = new Map([
  ["signed-out", "You were signed out. Sign in to go on where you were."],
  ["password-changed", "Your password is changed. Sign in with the new one."],
]);

type SignInPageProps = {
  searchParams: Promise<Record<"next" | "callbackUrl" | "reason", string | string[] | undefined>>;
};

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next, callbackUrl, reason } = await searchParams;
  const wanted = ownPath(next ?? callbackUrl);
  if (await findViewer()) redirect(wanted);
  if (await isFirstRun()) redirect("/sign-up");

  return (
    <FrontDoor
      title="Sign in"
      intro={typeof reason === "string" && REASONS.get(reason)}
      footer={
        config().signUp === "open" ? (
          <>
            New here? <Link href={withNext("/sign-up", wanted)}>Create an account</Link>
          </>
        ) : (
          "No account? Ask somebody who is in for an invite link."
        )
      }
    >
      <SignInForm next={wanted} />
    </FrontDoor>
  );
}

function withNext(path: string, next: string): string {
  return next === "/" ? path : `${path}?next=${encodeURIComponent(next)}`;
}
