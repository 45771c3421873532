import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AdministrationPage } from "@/components/administration/administration-page";
import { People } from "@/components/administration/people";
import { listAccounts } from "@/server/domain/administration";
import { canAdminister } from "@/server/domain/permissions";
import { requireViewer } from "../../session";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage() {
  const viewer = await requireViewer();
  if (!canAdminister(viewer)) notFound();
  return (
    <AdministrationPage current="People">
      <People viewerId={viewer.id} first={await listAccounts(viewer)} />
    </AdministrationPage>
  );
}
