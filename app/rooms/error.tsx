"use client";

import { CloudAlert } from "lucide-react";
import { SidebarTrigger } from "@/components/sidebar/sidebar-trigger";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

type RoomErrorProps = { error: Error & { digest?: string }; retry: () => void };

export default function RoomError({ error, retry }: RoomErrorProps) {
  return (
    <>
      <header className="box-content flex h-14 shrink-0 items-center gap-2 px-2 pt-[env(safe-area-inset-top)] md:hidden">
        <SidebarTrigger />
      </header>
      <div className="grid flex-1 place-items-center pb-[12vh]">
        <EmptyState
          icon={<CloudAlert />}
          title={<h1>This room could not be shown</h1>}
          actions={<Button onClick={retry}>Try again</Button>}
        >
          Nothing that was sent is lost. If it stays like this, tell whoever runs this server
          {error.digest && (
            <>
              : the log names it <code className="font-mono">{error.digest}</code>
            </>
          )}
          .
        </EmptyState>
      </div>
    </>
  );
}
