"use client";

import { DoorClosed } from "lucide-react";
import Link from "next/link";
import { useParams } from "next/navigation";
import type { ReactNode } from "react";
import type { GoneReason } from "@/client/room-state";
import { SidebarTrigger } from "@/components/sidebar/sidebar-trigger";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { findGone } from "./gone-rooms";

/** In place of a room that is not there for the viewer: it never was, or they were in it a moment ago. */
export function MissingRoom() {
  const { room: slug } = useParams<{ room: string }>();
  const gone = findGone(decodeURIComponent(slug));
  return gone ? <GoneRoom name={gone.room.name} reason={gone.reason} /> : <NotFoundOrPrivate />;
}

function NotFoundOrPrivate() {
  return (
    <Face title="Room not found or private">
      The address may be mistyped, or the room is private and you are not in it. A member can add you, or send you an
      invite link.
    </Face>
  );
}

/** In place of a private room whose membership ended, and of a room that was deleted. */
export function GoneRoom({ name, reason }: { name: string; reason: GoneReason }) {
  if (reason === "missing") return <NotFoundOrPrivate />;
  if (reason === "deleted") {
    return (
      <Face title="This room was deleted">
        A room owner deleted <bdi className="font-semibold text-foreground">{name}</bdi> with its messages and files.
      </Face>
    );
  }
  return (
    <Face
      title={
        <>
          {reason === "left" ? "You left " : "You were removed from "}#<bdi>{name}</bdi>
        </>
      }
    >
      {reason === "left"
        ? "It is a private room: to come back, a member has to add you, or send you an invite link."
        : "Ask a room owner to add you again."}
    </Face>
  );
}

function Face({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <>
      <header className="box-content flex h-14 shrink-0 items-center px-2 pt-[env(safe-area-inset-top)] md:hidden">
        <SidebarTrigger />
      </header>
      <div className="grid flex-1 place-items-center pb-[12vh]">
        <EmptyState
          icon={<DoorClosed />}
          title={<h1>{title}</h1>}
          actions={
            <Button asChild>
              <Link href="/">Go to your rooms</Link>
            </Button>
          }
        >
          {children}
        </EmptyState>
      </div>
    </>
  );
}
