import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { FORM_MAX_BYTES } from "@/protocol/limits";
import { isDecodingForm, reachAction } from "./form-run";
import { answerForm } from "./forms";
import type { Pages } from "./pages";

let server: Server;

afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A server whose pages are `handle`. @returns a function that posts to it. */
async function start(handle: Pages["handle"]) {
  server = createServer((incoming, response) => {
    void answerForm(incoming, response, { handle, handleUpgrade: null, close: async () => {} });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return (chunks: string[], headers: Record<string, string> = { "next-action": "x" }) =>
    new Promise<{ status: number; body: string; type?: string }>((resolve, reject) => {
      const sent = request({ port, host: "127.0.0.1", method: "POST", agent: false, headers }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          body += chunk;
        });
        const { statusCode: status = 0 } = response;
        response.on("end", () => resolve({ status, body, type: response.headers["content-type"] }));
      }).on("error", reject);
      for (const chunk of chunks) sent.write(chunk);
      sent.end();
    });
}

/** Answers with what was sent. */
const echo: Pages["handle"] = async (incoming, response) => {
  let body = "";
  for await (const chunk of incoming) body += chunk;
  response.end(`${incoming.method} ${incoming.headers["next-action"]} ${body}`);
};

const codeOf = ({ status, body }: { status: number; body: string }) => [status, JSON.parse(body).error.code];

it("a form arrives whole, an empty one too", async () => {
  const post = await start(echo);
  expect(await post(["one ", "two"])).toMatchObject({ status: 200, body: "POST x one two" });
  expect(await post([])).toMatchObject({ status: 200, body: "POST x " });
  const half = "x".repeat(FORM_MAX_BYTES / 2);
  expect((await post([half, half])).body).toBe(`POST x ${half}${half}`);
});

it("a form that is larger than forms are is refused, whether its length was announced or not", async () => {
  const post = await start(echo);
  const length = { "next-action": "x", "content-length": String(FORM_MAX_BYTES + 1) };
  expect(codeOf(await post(["x".repeat(FORM_MAX_BYTES + 1)], length))).toEqual([413, "too_large"]);
  expect(codeOf(await post(["x".repeat(FORM_MAX_BYTES), "x"]))).toEqual([413, "too_large"]);
  const browser = { "content-type": "multipart/form-data; boundary=x", accept: "text/html" };
  const page = await post(["x".repeat(FORM_MAX_BYTES), "x"], browser);
  expect(page).toMatchObject({ status: 413, type: expect.stringContaining("text/html") });
  expect(page.body).toContain("This is too long to send");
});

it("what is no form is refused before Next reads it", async () => {
  const post = await start(echo);
  expect(codeOf(await post(["a=b"], { "content-type": "application/x-www-form-urlencoded" }))).toEqual([
    400,
    "malformed",
  ]);
});

it("a body that Next cannot decode is the sender's mistake, however Next answers it", async () => {
  const answers: Pages["handle"][] = [
    async (_, response) => {
      response.statusCode = 500;
      response.setHeader("Content-Type", "text/html");
      response.setHeader("Content-Length", 5);
      response.end("oh no");
    },
    async (_, response) => {
      response.writeHead(500, { "Content-Type": "text/html" });
      response.write("oh ");
      response.end("no");
    },
    async (_, response) => {
      response.statusCode = 500;
      await new Promise<void>((resolve) => response.write("oh ", () => resolve()));
      await new Promise<void>((resolve) => response.end("no", () => resolve()));
    },
  ];
  for (const handle of answers) {
    const post = await start(handle);
    const answer = await post(["[["]);
    expect([codeOf(answer), answer.type]).toEqual([[400, "malformed"], "application/json"]);
    server.close();
  }
});

it("a failure of ours stays one", async () => {
  const seen: boolean[] = [];
  const post = await start(async (_, response) => {
    seen.push(isDecodingForm());
    await new Promise((resolve) => setImmediate(resolve));
    reachAction();
    seen.push(isDecodingForm());
    response.writeHead(500);
    response.end("our fault");
  });
  expect(await post(["[]"])).toMatchObject({ status: 500, body: "our fault" });
  expect(seen).toEqual([true, false]);
  expect(isDecodingForm()).toBe(false);
});
