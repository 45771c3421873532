import { ArrowLeft } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { People } from "@/components/administration/people";
import { Button } from "@/components/ui/button";
import { SkipLink } from "@/components/ui/skip-link";
import { listAccounts } from "@/server/domain/administration";
import { canAdminister } from "@/server/domain/permissions";
import { requireViewer } from "../../session";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage() {
  const viewer = await requireViewer();
  if (!canAdminister(viewer)) notFound();
  const first = await listAccounts(viewer);
  return (
    <>
      <SkipLink target="people">Skip to the people</SkipLink>
      <header className="sticky top-0 z-10 border-b bg-background/90 pt-[env(safe-area-inset-top)] backdrop-blur-sm">
        <div className="mx-auto flex h-14 max-w-3xl items-center gap-2 px-2 md:px-6">
          <Button asChild variant="ghost" size="icon" className="md:-ms-2">
            <Link href="/" aria-label="Back to your rooms">
              <ArrowLeft className="rtl:-scale-x-100" />
            </Link>
          </Button>
          <h1 className="text-lg">People</h1>
        </div>
      </header>
      <main id="people" tabIndex={-1} className="mx-auto max-w-3xl px-3 pb-24 outline-none md:px-6">
        <People viewerId={viewer.id} first={first} />
      </main>
    </>
  );
}
