import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { FirstAccount } from "@/components/account/first-account";
import { FrontDoor } from "@/components/account/front-door";
import { NotSetUp } from "@/components/account/not-set-up";
import { SignUpForm } from "@/components/account/sign-up-form";
import { config } from "@/server/config";
import { isFirstRun } from "@/server/domain/users";
import { ownPath } from "../../own-path";
import { findOrigin, findViewer } from "../../session";

export const metadata: Metadata = { title: "Create an account" };

type SignUpPageProps = { searchParams: Promise<{ next?: string | string[] }> };

export default async function SignUpPage({ searchParams }: SignUpPageProps) {
  const next = ownPath((await searchParams).next);
  if (await findViewer()) redirect(next);

  if (await isFirstRun()) {
    return (await findOrigin()).isOnThisMachine ? <FirstAccount /> : <NotSetUp />;
  }
  if (config().signUp === "invite") {
    return (
      <FrontDoor
        title="Adda is by invitation here"
        intro="To create an account, open the invite link that somebody inside gives you."
        footer={<SignInLink next={next} />}
      />
    );
  }
  return (
    <FrontDoor title="Create an account" footer={<SignInLink next={next} />}>
      <SignUpForm next={next} deed="Create the account" />
    </FrontDoor>
  );
}

function SignInLink({ next }: { next: string }) {
  return (
    <>
      Have an account?{" "}
      <Link href={next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`}>Sign in</Link>
    </>
  );
}
