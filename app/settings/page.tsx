import type { Metadata } from "next";
import { ChangeEmailForm, ChangeNameForm } from "@/components/account/change-account-forms";
import { ChangePasswordForm } from "@/components/account/change-password-form";
import { SettingsSection } from "@/components/account/settings-section";
import { SignOutEverywhere } from "@/components/account/sign-out-everywhere";
import { TokenList } from "@/components/account/token-list";
import { ServerInvites } from "@/components/invite/server-invites";
import { PortraitField } from "@/components/portrait/portrait-field";
import { ThemeChoice } from "@/components/theme/theme-choice";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { PageHeader } from "@/components/ui/page-header";
import { SkipLink } from "@/components/ui/skip-link";
import { isConfirmed } from "@/server/domain/confirmation";
import { listInvites } from "@/server/domain/invites";
import { canInviteToServer } from "@/server/domain/permissions";
import { listTokens, type Token } from "@/server/domain/tokens";
import { requireProof } from "../session";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  const proof = await requireProof();
  const { viewer } = proof;
  const invitesToServer = canInviteToServer(viewer);
  const [tokens, invites] = await Promise.all([listTokens(viewer), invitesToServer ? listInvites(viewer) : []]);

  return (
    <>
      <SkipLink target="settings">Skip to the settings</SkipLink>
      <PageHeader title="Settings" />
      <main id="settings" tabIndex={-1} className="mx-auto max-w-3xl px-4 pb-24 outline-none md:px-6">
        <SettingsSection title="You">
          <div className="flex items-center gap-4">
            <Avatar id={viewer.id} name={viewer.name} size="lg" />
            <div className="min-w-0">
              <p className="flex items-center gap-2">
                <span dir="auto" className="truncate font-semibold text-lg">
                  {viewer.name}
                </span>
                {viewer.role === "owner" && <Badge tone="primary">Owner</Badge>}
              </p>
              <p className="truncate text-muted-foreground">{viewer.email}</p>
            </div>
          </div>
          <div className="mt-5">
            <PortraitField portrayed={{ of: "person" }} id={viewer.id} />
          </div>
        </SettingsSection>
        <SettingsSection title="Name" hint="As the others see it, on your earlier messages too.">
          <ChangeNameForm name={viewer.name} />
        </SettingsSection>
        <SettingsSection title="E-mail" hint="You sign in with it. Nobody but the owners of this server sees it.">
          <ChangeEmailForm email={viewer.email} />
        </SettingsSection>
        <SettingsSection title="Appearance" hint="On this browser.">
          <ThemeChoice />
        </SettingsSection>
        <SettingsSection title="Password" hint="Changing it signs out every other browser and device.">
          <ChangePasswordForm email={viewer.email} tokens={tokens.length} />
        </SettingsSection>
        {invitesToServer && (
          <SettingsSection
            title="Invite people"
            hint="A link that lets its holder create an account on this server. To invite to a room, use the room's menu."
          >
            <ServerInvites invites={invites.filter((invite) => invite.room === null)} />
          </SettingsSection>
        )}
        <SettingsSection
          title="API tokens"
          hint="For bots and scripts: whoever holds a token reads and writes as you. Send it as “Authorization: Bearer …”."
        >
          <TokenList tokens={tokens.map(withState)} mustConfirm={!isConfirmed(proof)} />
        </SettingsSection>
        <SettingsSection title="Sessions" hint="Lost a phone, or used somebody else's computer? API tokens stay.">
          <SignOutEverywhere viewerId={viewer.id} />
        </SettingsSection>
      </main>
    </>
  );
}

function withState(token: Token) {
  return { ...token, hasExpired: token.expiresAt !== null && Date.parse(token.expiresAt) <= Date.now() };
}
