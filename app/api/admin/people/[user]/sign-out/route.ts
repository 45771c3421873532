import { endAccessOf } from "@/server/domain/administration";
import { done } from "../../../../answers";
import { routes, signedIn } from "../../../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: signedIn(async ({ viewer, param }) => {
    await endAccessOf(viewer, param("user"));
    return done();
  }),
});
