import type { StoredRoom, View } from "../history/events";
import { type CaseFile, isSame, quote } from "./case-file";
import type { Violation } from "./promises";

/** What a client shows at rest is what the database has. */
export function converged(file: CaseFile): Violation[] {
  return file.history.views.flatMap((view) => {
    const room = file.rooms.get(view.roomId);
    const difference = room ? findDifference(file, view, room) : null;
    if (!difference) return [];
    const evidence = `${view.reader} shows ${file.nameOf(view.roomId)} ${difference.what}.`;
    return [{ promise: "converged" as const, evidence, clientIds: difference.clientIds }];
  });
}

function findDifference(file: CaseFile, { messages, unsent }: View, room: StoredRoom) {
  if (unsent[0] !== undefined) {
    return { what: `with ${unsent.length} unsent, the first ${quote(unsent[0])}`, clientIds: [] };
  }
  for (let index = 0; index < Math.max(messages.length, room.messages.length); index++) {
    const [shown, stored] = [messages[index], room.messages[index]];
    if (shown && stored && isSame(shown, stored)) continue;
    return {
      what: `with ${shown ? file.describe(shown) : "nothing"} in place ${index + 1}, where the database has ${stored ? file.describe(stored) : "nothing"}`,
      clientIds: [shown, stored].flatMap((message) => (message ? [message.clientId] : [])),
    };
  }
  return null;
}
