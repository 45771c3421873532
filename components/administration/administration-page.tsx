import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { PageHeader } from "@/components/ui/page-header";
import { SkipLink } from "@/components/ui/skip-link";

const PAGES = [
  { name: "People", href: "/admin/people" },
  { name: "Rooms", href: "/admin/rooms" },
] as const;

type AdministrationPageProps = { current: (typeof PAGES)[number]["name"]; children: ReactNode };

/** The frame of the pages on which owners manage the server. */
export function AdministrationPage({ current, children }: AdministrationPageProps) {
  return (
    <>
      <SkipLink target="managed">Skip to the {current.toLowerCase()}</SkipLink>
      <PageHeader title={current}>
        <nav aria-label="Manage" className="ms-auto flex gap-1">
          {PAGES.map(({ name, href }) => (
            <Link
              key={name}
              href={href}
              aria-current={name === current ? "page" : undefined}
              className={cn(
                "rounded-md px-3 py-1.5 font-medium text-sm",
                name === current ? "bg-accent text-foreground" : "text-muted-foreground hover:bg-accent/60",
              )}
            >
              {name}
            </Link>
          ))}
        </nav>
      </PageHeader>
      <main id="managed" tabIndex={-1} className="mx-auto max-w-3xl px-3 pb-24 outline-none md:px-6">
        {children}
      </main>
    </>
  );
}
