import { z } from "zod";
import { newMessage } from "@/protocol/client-frames";
import { PAGE_MAX_SIZE, SEQ_MAX } from "@/protocol/limits";
import { listMessages } from "@/server/domain/history";
import { type NewMessage, type Posted, postMessage } from "@/server/domain/messages";
import { countMessageBy } from "@/server/domain/request-rates";
import { requireRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { created, ok } from "../../../answers";
import { routes, signedIn } from "../../../routes";
import { wholeNumber } from "../../../whole-number";

const page = z
  .object({
    before: wholeNumber("before", 0, SEQ_MAX).optional(),
    after: wholeNumber("after", 0, SEQ_MAX).optional(),
    limit: wholeNumber("limit", 1, PAGE_MAX_SIZE).optional(),
  })
  .refine(({ before, after }) => before === undefined || after === undefined, {
    error: "Give before or after, not both.",
    path: ["after"],
  });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: signedIn(async ({ viewer, param, query }) => ok(await listMessages(viewer, param("room"), query(page)))),

  POST: signedIn(async ({ viewer, param, body }) => {
    const room = await requireRoom(viewer, param("room"));
    const draft = await body(newMessage);
    countMessageBy(viewer);
    const { message, isNew } = await post(viewer, room.id, draft);
    return isNew ? created(message) : ok(message);
  }),
});

function post(viewer: Viewer, roomId: string, draft: NewMessage): Promise<Posted> {
  return new Promise((resolve, reject) => {
    postMessage(viewer, roomId, draft, (posted) => ("error" in posted ? reject(posted.error) : resolve(posted)));
  });
}
