import type { ReactNode } from "react";
import { ChatProvider } from "@/components/room/chat-provider";
import { Sidebar } from "@/components/sidebar/sidebar";
import { SidebarProvider } from "@/components/sidebar/sidebar-provider";
import { SkipLink } from "@/components/ui/skip-link";
import { fileLimits } from "@/server/domain/files/limits";
import { listSidebarRooms } from "@/server/domain/room-directory";
import { requireViewer } from "../session";

export default async function RoomsLayout({ children }: { children: ReactNode }) {
  const viewer = await requireViewer();
  const { id, name, email, role } = viewer;
  const rooms = await listSidebarRooms(viewer);
  return (
    <ChatProvider userId={id} limits={fileLimits()}>
      <SidebarProvider viewer={{ id, name, email, role }} rooms={rooms}>
        <SkipLink target="conversation">Skip to the conversation</SkipLink>
        <div className="flex h-dvh overflow-hidden">
          <Sidebar />
          <main id="conversation" tabIndex={-1} className="relative flex min-w-0 flex-1 flex-col outline-none">
            {children}
          </main>
        </div>
      </SidebarProvider>
    </ChatProvider>
  );
}
