import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { limitConnections, readOpenFilesMax } from "./connection-limit";
import { log } from "./log";

it("connections beyond three quarters of the open files are closed and told, those below are answered", async () => {
  const told = vi.spyOn(log, "error").mockImplementation(() => {});
  const server = createServer((_request, response) => response.end("here"));
  limitConnections(server, 20);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sockets = Array.from({ length: 25 }, () => connect(port, "127.0.0.1"));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  const closed = await Promise.all(
    sockets.slice(15).map((socket) =>
      once(
        socket.on("error", () => {}),
        "close",
      ),
    ),
  );
  expect(closed).toHaveLength(10);
  expect(told).toHaveBeenCalledWith(
    { connections: 15, openFilesMax: 20 },
    expect.stringContaining("Raise LimitNOFILE"),
  );
  expect(told).toHaveBeenCalledTimes(1);
  const [first] = sockets;
  first?.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const [answer] = await once(first as NonNullable<typeof first>, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200/);
});

it("the limit of this process is known", () => {
  expect(readOpenFilesMax()).toBeGreaterThan(100);
});
