import { IncomingMessage, type ServerResponse } from "node:http";
import { ERROR_STATUS, type ErrorPayload } from "@/protocol/errors";
import { FORM_MAX_BYTES } from "@/protocol/limits";
import { runForm } from "./form-run";
import { refuse } from "./page-gate";
import type { Pages } from "./pages";

const TOO_LARGE: ErrorPayload = {
  code: "too_large",
  message: `This is too long to send: a form has at most ${FORM_MAX_BYTES} bytes.`,
};
const NO_FORM: ErrorPayload = { code: "malformed", message: "A page takes its own forms alone." };
const MALFORMED: ErrorPayload = { code: "malformed", message: "This is not what the form of this page sends." };

/**
 * Answers what is posted to a page: a form or a server action. Its whole body is read first, up to the limit. Next answers a
 * body that it cannot decode with 500; that becomes a refusal, as long as no action of ours was reached.
 */
export async function answerForm(request: IncomingMessage, response: ServerResponse, pages: Pages): Promise<void> {
  const body = isForm(request) ? await readForm(request) : NO_FORM;
  if (body === "hung up") return void response.destroy();
  if (!Buffer.isBuffer(body)) {
    refuse(request, response, body);
    // The connection goes on.
    if (!request.readableEnded) request.resume();
    return;
  }

  const run = { isReached: false };
  refuseFailure(response, () => !run.isReached);
  await runForm(run, () => pages.handle(withBody(request, body), response));
}

function isForm({ headers }: IncomingMessage): boolean {
  return headers["next-action"] !== undefined || /^multipart\/form-data\b/i.test(headers["content-type"] ?? "");
}

async function readForm(request: IncomingMessage): Promise<Buffer | ErrorPayload | "hung up"> {
  if (Number(request.headers["content-length"]) > FORM_MAX_BYTES) return TOO_LARGE;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > FORM_MAX_BYTES) return TOO_LARGE;
      chunks.push(chunk);
    }
  } catch {
    return "hung up";
  }
  return Buffer.concat(chunks);
}

/** The same request, its body in memory. Whoever stops reading it does not cut the connection. */
function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request;
  const read = new IncomingMessage(request.socket);
  Object.assign(read, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor });
  read._destroy = (error, done) => done(error);
  read.complete = true;
  if (body.length > 0) read.push(body);
  read.push(null);
  return read;
}

/** Puts a refusal in place of a 5xx, while `isTheirs`. What else is written to the response then goes nowhere. */
function refuseFailure(response: ServerResponse, isTheirs: () => boolean): void {
  const { writeHead, write, end } = response;
  let isRefused = false;

  function decide(status: number): boolean {
    if (isRefused || response.headersSent || status < 500 || !isTheirs()) return isRefused;
    isRefused = true;
    for (const name of response.getHeaderNames()) {
      if (/^(?:content-(?!security)|transfer-|etag|link)/i.test(name)) response.removeHeader(name);
    }
    response.statusCode = ERROR_STATUS[MALFORMED.code];
    response.setHeader("Content-Type", "application/json");
    Reflect.apply(end, response, [JSON.stringify({ error: MALFORMED })]);
    return true;
  }

  const swallow = (args: unknown[]) => {
    const done = args.findLast((arg) => typeof arg === "function");
    if (done) process.nextTick(done as () => void);
  };
  response.writeHead = (...args: unknown[]) => {
    // Our own refusal comes by here as well, to write its head.
    if (isRefused && !response.headersSent) return Reflect.apply(writeHead, response, args);
    return decide(Number(args[0])) ? response : Reflect.apply(writeHead, response, args);
  };
  response.write = (...args: unknown[]) => {
    if (!decide(response.statusCode)) return Reflect.apply(write, response, args);
    swallow(args);
    return true;
  };
  response.end = (...args: unknown[]) => {
    if (!decide(response.statusCode)) return Reflect.apply(end, response, args);
    swallow(args);
    return response;
  };
}
