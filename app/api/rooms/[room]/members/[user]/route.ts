import { addMember, joinRoom, leaveRoom, removeMember } from "@/server/domain/memberships";
import { done, ok } from "../../../../answers";
import { routes, signedIn } from "../../../../routes";

/** "me" joins and leaves; with somebody's id, the viewer adds them and takes them out. */
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PUT: signedIn(async ({ viewer, param }) =>
    param("user") === "me"
      ? ok(await joinRoom(viewer, param("room")))
      : ok(await addMember(viewer, param("room"), param("user"))),
  ),

  DELETE: signedIn(async ({ viewer, param }) => {
    if (param("user") === "me") await leaveRoom(viewer, param("room"));
    else await removeMember(viewer, param("room"), param("user"));
    return done();
  }),
});
