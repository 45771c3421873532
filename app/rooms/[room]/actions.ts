"use server";

import { rememberVisit } from "@/server/domain/rooms";
import { renewSessionHere, requireViewer } from "../../session";

export async function rememberVisitAction(roomId: string): Promise<void> {
  await rememberVisit(await requireViewer(), roomId);
  await renewSessionHere();
}
