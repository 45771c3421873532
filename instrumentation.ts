import type { Instrumentation } from "next";

/** What nobody expected while a page was made, under the digest that the page shows and the request's id. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { log } = await import("@/server/log");
  const { isDecodingForm } = await import("@/server/form-run");
  const digest = error instanceof Error && "digest" in error ? error.digest : undefined;
  const requestId = request.headers["x-adda-request-id"];
  if (isDecodingForm()) return log.info({ err: error, requestId }, "A form could not be decoded.");
  log.error({ err: error, digest, requestId, route: context.routePath }, "A page failed.");
};
