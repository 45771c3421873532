import { MissingRoom } from "@/components/room/missing-room";

export default function RoomNotFound() {
  return <MissingRoom />;
}
