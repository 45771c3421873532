import { allowAgain } from "@/server/domain/removals";
import { done } from "../../../../answers";
import { routes, signedIn } from "../../../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: signedIn(async ({ viewer, param }) => {
    await allowAgain(viewer, param("room"), param("user"));
    return done();
  }),
});
