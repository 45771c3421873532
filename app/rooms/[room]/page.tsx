import type { Metadata } from "next";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { parseClock } from "@/components/message/clock";
import { CLOCK_COOKIE } from "@/components/message/clock-cookie";
import { ClockProvider } from "@/components/message/use-clock";
import { RoomPreview } from "@/components/room/room-preview";
import { RoomView } from "@/components/room/room-view";
import { findAdder } from "@/server/domain/acquaintances";
import { latestPage } from "@/server/domain/history";
import { isRemoved } from "@/server/domain/removals";
import { requireViewer } from "../../session";
import { rememberVisitAction } from "./actions";
import { findRoom } from "./find-room";

type RoomPageProps = { params: Promise<{ room: string }> };

export async function generateMetadata({ params }: RoomPageProps): Promise<Metadata> {
  const room = await findRoom((await params).room);
  return { title: room?.name ?? "No such room" };
}

export default async function RoomPage({ params }: RoomPageProps) {
  const room = await findRoom((await params).room);
  if (!room) notFound();
  const viewer = await requireViewer();
  const [page, wasRemoved, addedBy] = await Promise.all([
    latestPage(room.id),
    room.joined ? false : isRemoved(viewer, room.id),
    room.joined ? findAdder(viewer, room.id) : null,
  ]);
  const clock = parseClock((await cookies()).get(CLOCK_COOKIE)?.value);

  return (
    <ClockProvider known={clock}>
      {room.joined ? (
        <RoomView key={room.id} room={room} initial={page} addedBy={addedBy} onVisit={rememberVisitAction} />
      ) : (
        <RoomPreview key={room.id} room={room} page={page} isRemoved={wasRemoved} />
      )}
    </ClockProvider>
  );
}
