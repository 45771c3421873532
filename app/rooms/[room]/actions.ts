"use server";

import { z } from "zod";
import { rememberVisit } from "@/server/domain/rooms";
import { defineAction, ref } from "../../define-action";
import { renewSessionHere, requireViewer } from "../../session";

export const rememberVisitAction = defineAction(z.tuple([ref]), async (roomId) => {
  await rememberVisit(await requireViewer(), roomId);
  await renewSessionHere();
});
