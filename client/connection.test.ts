import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CloseCode } from "@/protocol/close-codes";
import { SILENCE_MAX_MS } from "@/protocol/limits";
import { FakeNetwork } from "@/test/support/fake-socket";
import { Connection, type ConnectionOptions } from "./connection";

const PONG = { type: "pong" } as const;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("it opens one socket, with the version's name, and says so when it is there", () => {
  const { connection, network, onOpen } = start();
  connection.connect();
  expect(network.sockets).toHaveLength(1);
  expect(network.newest).toMatchObject({ url: "ws://adda/ws", protocol: "adda.v1" });
  expect(connection.state.get().status).toBe("connecting");
  expect(connection.send({ type: "ping" })).toBe(false);
  network.newest.open();
  expect(onOpen).toHaveBeenCalledOnce();
  expect(connection.state.get()).toEqual({ status: "online", retryAt: null });
  expect(connection.send({ type: "ping" })).toBe(true);
  expect(network.newest.sent).toEqual([{ type: "ping" }]);
});

describe("coming back", () => {
  test.each([
    [0, [250, 500, 1_000, 2_000, 4_000, 7_500, 7_500]],
    [1, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]],
  ])("waits longer each time, spread by chance (%d)", (random, waits) => {
    const { connection, network } = start({ random: () => random });
    for (const [index, waitMs] of waits.entries()) {
      network.newest.end();
      expect(connection.state.get()).toEqual({ status: "offline", retryAt: Date.now() + waitMs });
      vi.advanceTimersByTime(waitMs - 1);
      expect(network.sockets).toHaveLength(index + 1);
      vi.advanceTimersByTime(1);
      expect(network.sockets).toHaveLength(index + 2);
    }
  });

  test("begins anew with short waits once the server has said something", () => {
    const { network } = start({ random: () => 1 });
    for (const waitMs of [500, 1_000, 2_000]) {
      network.newest.end();
      vi.advanceTimersByTime(waitMs);
    }
    network.newest.open().say(PONG);
    network.newest.end();
    vi.advanceTimersByTime(500);
    expect(network.sockets).toHaveLength(5);
  });

  test("does not hammer a server that opens every socket and closes it again", () => {
    const { network } = start({ random: () => 1 });
    for (const waitMs of [500, 1_000, 2_000, 4_000]) {
      const before = network.sockets.length;
      network.newest.open().end(CloseCode.tooMany);
      vi.advanceTimersByTime(waitMs - 1);
      expect(network.sockets).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(network.sockets).toHaveLength(before + 1);
    }
  });

  test("is tried at once when somebody asks, and only once", () => {
    const { connection, network } = start({ random: () => 1 });
    network.newest.end();
    connection.probe();
    connection.probe();
    expect(network.sockets).toHaveLength(2);
    vi.advanceTimersByTime(10_000);
    expect(network.sockets).toHaveLength(2);
  });

  test("stays offline in the eyes of the reader until it is there, not connecting anew at each try", () => {
    const { connection, network } = start({ random: () => 0 });
    network.newest.end();
    vi.advanceTimersByTime(250);
    expect(connection.state.get().status).toBe("offline");
    network.newest.open();
    expect(connection.state.get().status).toBe("online");
  });
});

describe("silence", () => {
  test("for three quarters of a minute is taken for death", () => {
    const { network, onClose } = start();
    network.newest.open();
    vi.advanceTimersByTime(SILENCE_MAX_MS - 1);
    expect(network.sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(network.sockets).toHaveLength(2);
    expect(network.sockets[0]?.isClosed).toBe(true);
    expect(onClose).toHaveBeenCalledOnce();
  });

  test("is counted from the last word, whenever that came", () => {
    const { network } = start();
    network.newest.open();
    for (let n = 0; n < 10; n++) {
      vi.advanceTimersByTime(17_000);
      network.newest.say(PONG);
    }
    vi.advanceTimersByTime(SILENCE_MAX_MS - 1);
    expect(network.sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(network.sockets).toHaveLength(2);
  });

  test("while connecting is taken for death too", () => {
    const { network } = start();
    vi.advanceTimersByTime(SILENCE_MAX_MS);
    expect(network.sockets).toHaveLength(2);
  });

  test("after a probe is taken for death in five seconds", () => {
    const { connection, network } = start();
    network.newest.open().say(PONG);
    connection.probe();
    expect(network.newest.take("ping")).toHaveLength(1);
    vi.advanceTimersByTime(4_999);
    expect(network.sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(network.sockets).toHaveLength(2);
  });

  test("is broken by an answer within the same millisecond", () => {
    const { connection, network } = start();
    network.newest.open();
    connection.probe();
    network.newest.say(PONG);
    vi.advanceTimersByTime(6_000);
    expect(network.sockets).toHaveLength(1);
  });
});

describe("a socket that was given up", () => {
  test("has no say any more, however late it speaks", () => {
    const { connection, network, onFrame, onOpen } = start();
    const [first] = network.sockets;
    network.newest.open();
    connection.reconnect();
    first?.say(PONG);
    first?.end();
    first?.open();
    expect(onFrame).not.toHaveBeenCalled();
    expect(onOpen).toHaveBeenCalledOnce();
    expect(network.sockets).toHaveLength(2);
  });

  test("leaves no timer behind when the client stops", () => {
    const { connection, network } = start();
    network.newest.open();
    connection.probe();
    connection.stop();
    expect(network.newest.isClosed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer behind when the client stops while it waits", () => {
    const { connection, network } = start();
    network.newest.end();
    connection.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("being signed out", () => {
  test("ends the trying when the server refuses to open", async () => {
    const { connection, network } = start({ isSignedIn: async () => false });
    network.newest.end();
    await vi.runAllTimersAsync();
    expect(connection.state.get()).toEqual({ status: "signed-out", retryAt: null });
    expect(network.sockets).toHaveLength(1);
  });

  test("ends the trying when the session ends on an open socket", async () => {
    const { connection, network } = start({ isSignedIn: async () => false });
    network.newest.open().say(PONG);
    network.newest.end(CloseCode.sessionEnded);
    await vi.runAllTimersAsync();
    expect(connection.state.get().status).toBe("signed-out");
  });

  test("is not asked about when an open socket merely breaks", async () => {
    const isSignedIn = vi.fn(async () => false);
    const { connection, network } = start({ isSignedIn });
    network.newest.open().end(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(isSignedIn).not.toHaveBeenCalled();
    expect(connection.state.get().status).toBe("offline");
    expect(network.sockets).toHaveLength(2);
  });

  test.each([
    ["one is signed in", async () => true],
    ["nobody can say", async () => Promise.reject(new Error("offline"))],
  ])("is not believed when %s", async (_, isSignedIn) => {
    const { connection, network } = start({ isSignedIn });
    network.newest.end();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connection.state.get().status).toBe("offline");
    expect(network.sockets).toHaveLength(2);
  });
});

test("what is no text is passed over", () => {
  const { network, onFrame } = start();
  network.newest.open().onmessage?.({ data: new ArrayBuffer(1) });
  network.newest.say(PONG);
  expect(onFrame.mock.calls).toEqual([[PONG]]);
});

function start(options: Partial<ConnectionOptions> = {}) {
  const network = new FakeNetwork();
  const [onOpen, onFrame, onClose] = [vi.fn(), vi.fn(), vi.fn()];
  const connection = new Connection({
    url: "ws://adda/ws",
    socket: network.socket,
    onOpen,
    onFrame,
    onClose,
    ...options,
  });
  connection.connect();
  return { connection, network, onOpen, onFrame, onClose };
}
