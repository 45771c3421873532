import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "./button";

/** The head of a page that stands beside the rooms: the way back, its title, and what else belongs there. */
export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="sticky top-0 z-10 border-b bg-background/90 pt-[env(safe-area-inset-top)] backdrop-blur-sm">
      <div className="mx-auto flex h-14 max-w-3xl items-center gap-2 px-2 md:px-6">
        <Button asChild variant="ghost" size="icon" className="md:-ms-2">
          <Link href="/" aria-label="Back to your rooms">
            <ArrowLeft className="rtl:-scale-x-100" />
          </Link>
        </Button>
        <h1 className="text-lg">{title}</h1>
        {children}
      </div>
    </header>
  );
}
