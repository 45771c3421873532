import { deleteMessage } from "@/server/domain/deletion";
import { countMessageBy } from "@/server/domain/request-rates";
import { done } from "../../../../answers";
import { routes, signedIn } from "../../../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: signedIn(async ({ viewer, param }) => {
    // A deletion is told to everybody in the room, as a message is.
    countMessageBy(viewer);
    await deleteMessage(viewer, param("room"), param("message"));
    return done();
  }),
});
