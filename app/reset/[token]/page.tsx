import type { Metadata } from "next";
import Link from "next/link";
import { FrontDoor } from "@/components/account/front-door";
import { ResetPasswordForm } from "@/components/account/reset-password-form";
import { isResetTokenGood } from "@/server/domain/reset-links";

// The token is a secret: no page that is left from here learns the address.
export const metadata: Metadata = { title: "Choose a new password", referrer: "same-origin" };

export default async function ResetPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const footer = <Link href="/sign-in">Sign in</Link>;
  if (await isResetTokenGood(token)) {
    return (
      <FrontDoor title="Choose a new password" intro="You are signed out everywhere when you save it." footer={footer}>
        <ResetPasswordForm token={token} />
      </FrontDoor>
    );
  }
  return (
    <FrontDoor
      title="This link is not valid"
      intro="A reset link can be used once, within an hour. Ask an owner of this server for a new one."
      footer={footer}
    />
  );
}
