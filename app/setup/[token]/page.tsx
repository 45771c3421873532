import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { FirstAccount } from "@/components/account/first-account";
import { NotSetUp } from "@/components/account/not-set-up";
import { isSetupToken } from "@/server/domain/setup-links";
import { isFirstRun } from "@/server/domain/users";

// The token is a secret: no page that is left from here learns the address.
export const metadata: Metadata = { title: "Set up Adda", referrer: "same-origin" };

export default async function SetupPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  if (!(await isFirstRun())) redirect("/");
  return (await isSetupToken(token)) ? (
    <FirstAccount setupToken={token} />
  ) : (
    <NotSetUp title="This setup link is not valid" />
  );
}
