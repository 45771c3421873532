import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server that a test can cut or stop. */
export type TestProxy = {
  port: number;
  /** What is sent from now on, either way, arrives only after `flow`. Nobody is told: a network that is cut says nothing. */
  stall(): void;
  flow(): void;
  /** Ends every connection. */
  cut(): void;
  stop(): Promise<void>;
};

export async function startProxy(target: { host: string; port: number }): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  let isStalled = false;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect(target.port, target.host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (data) => to.write(data));
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isStalled) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    port: (server.address() as AddressInfo).port,
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    flow() {
      isStalled = false;
      for (const socket of sockets) socket.resume();
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
