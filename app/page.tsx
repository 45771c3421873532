import { redirect } from "next/navigation";
import { findLastRoom } from "@/server/domain/rooms";
import { isFirstRun } from "@/server/domain/users";
import { findViewer } from "./session";

/** Leads to where one was last; a stranger to the front door. */
export default async function FrontPage() {
  const viewer = await findViewer();
  if (!viewer) redirect((await isFirstRun()) ? "/sign-up" : "/sign-in");
  const room = await findLastRoom(viewer);
  redirect(room ? `/rooms/${room.slug}` : "/rooms");
}
