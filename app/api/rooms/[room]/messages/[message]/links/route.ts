import { removePreviews } from "@/server/domain/links/previews";
import { done } from "../../../../../answers";
import { routes, signedIn } from "../../../../../routes";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: signedIn(async ({ viewer, param }) => {
    await removePreviews(viewer, param("room"), param("message"));
    return done();
  }),
});
