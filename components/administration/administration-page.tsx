import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
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
      <header className="sticky top-0 z-10 border-b bg-background/90 pt-[env(safe-area-inset-top)] backdrop-blur-sm">
        <div className="mx-auto flex h-14 max-w-3xl items-center gap-2 px-2 md:px-6">
          <Button asChild variant="ghost" size="icon" className="md:-ms-2">
            <Link href="/" aria-label="Back to your rooms">
              <ArrowLeft className="rtl:-scale-x-100" />
            </Link>
          </Button>
          <h1 className="text-lg">{current}</h1>
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
        </div>
      </header>
      <main id="managed" tabIndex={-1} className="mx-auto max-w-3xl px-3 pb-24 outline-none md:px-6">
        {children}
      </main>
    </>
  );
}
