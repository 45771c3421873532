import { Agent, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { listen, stopListening } from "./listen";

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

it("a starting server answers in JSON that it is starting", async () => {
  server = await listen(0, "127.0.0.1");
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/rooms`);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await answer.json()).error).toMatchObject({ code: "overloaded", retryAfterMs: 1_000 });
});

it("a draining server still answers on a connection that was idle, and asks its client to close it", async () => {
  server = await listen(0, "127.0.0.1");
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect((await post(agent, port)).status).toBe(503);
  server.removeAllListeners("request").on("request", (_, response) => response.end("done"));
  expect(await post(agent, port)).toMatchObject({ status: 200, headers: { connection: "keep-alive" } });

  let finishDrain = () => {};
  const stopped = stopListening(server, new Promise((resolve) => (finishDrain = resolve)));
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  expect(await post(agent, port)).toMatchObject({ status: 200, reused: true, headers: { connection: "close" } });
  finishDrain();
  await stopped;
});

function post(
  agent: Agent,
  port: number,
): Promise<{ status: number | undefined; reused: boolean; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const asked = request({ agent, port, host: "127.0.0.1", method: "POST" }, (response) => {
      const { statusCode: status, headers } = response;
      response.resume().once("end", () => setImmediate(resolve, { status, headers, reused: asked.reusedSocket }));
    });
    asked.once("error", reject).end();
  });
}
