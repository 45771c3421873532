import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ErrorPayload } from "@/protocol/errors";
import type { FilesOfMessage } from "./files/files-of-message";
import { memoryOutbox, type OutboxEntry, type OutboxStore } from "./outbox";
import type { PendingMessage } from "./room-state";
import { Sender } from "./sender";

const OVERLOADED: ErrorPayload = { code: "overloaded", message: "Later." };
const ARCHIVED: ErrorPayload = { code: "archived", message: "Archived." };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a room's messages", () => {
  test("go out one at a time, in the order in which they were written", async () => {
    const { sender, id, written } = await online();
    for (const text of ["a", "b", "c"]) void sender.send("red", text);
    expect(textsOf(written)).toEqual(["a"]);
    sender.committed(id(0));
    sender.committed(id(1));
    expect(textsOf(written)).toEqual(["a", "b", "c"]);
  });

  test("do not wait for another room's", async () => {
    const { sender, written } = await online();
    void sender.send("red", "a");
    void sender.send("blue", "b");
    expect(textsOf(written)).toEqual(["a", "b"]);
  });

  test("wait behind one that the server cannot take now, which goes again with the same clientId", async () => {
    const { sender, written, id, shown } = await online();
    void sender.send("red", "a");
    void sender.send("red", "b");
    sender.refused(id(0), { ...OVERLOADED, retryAfterMs: 2_000 });
    expect(shown(id(0))).toMatchObject({ status: "queued", error: null });
    vi.advanceTimersByTime(1_999);
    expect(written).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(textsOf(written)).toEqual(["a", "a"]);
    expect(id(1)).toBe(id(0));
  });

  test("are tried ever more seldom, spread by chance, up to a quarter of a minute", async () => {
    for (const random of [0, 1]) {
      const { sender, id, written } = await online({ random: () => random });
      void sender.send("red", "a");
      const waits: number[] = [];
      for (let n = 0; n < 8; n++) {
        const before = written.length;
        sender.refused(id(0), OVERLOADED);
        const startedAt = Date.now();
        while (written.length === before) vi.advanceTimersByTime(125);
        waits.push(Date.now() - startedAt);
      }
      const full = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000];
      expect(waits).toEqual(random === 1 ? full : full.map((ms) => ms / 2));
    }
  });

  test("go on after one that is refused for good, which keeps its text", async () => {
    const { sender, written, id, shown, outbox } = await online();
    void sender.send("red", "a");
    void sender.send("red", "b");
    const clientId = id(0);
    sender.refused(clientId, ARCHIVED);
    expect(shown(clientId)).toMatchObject({ status: "failed", message: "a", error: ARCHIVED });
    expect(textsOf(written)).toEqual(["a", "b"]);
    expect(await outbox.load()).toMatchObject([
      { clientId, message: "a", error: ARCHIVED },
      { message: "b", error: null },
    ]);
  });

  test("that were refused can be sent again with the same clientId, behind what waits", async () => {
    const { sender, written, id, outbox } = await online();
    void sender.send("red", "a");
    sender.refused(id(0), ARCHIVED);
    void sender.send("red", "b");
    sender.retry(id(0));
    expect(textsOf(written)).toEqual(["a", "b"]);
    sender.committed(id(1));
    expect(written[2]).toEqual(written[0]);
    expect(await outbox.load()).toMatchObject([{ message: "a", error: null }]);
    sender.retry(id(0));
    expect(written).toHaveLength(3);
  });

  test("that were refused can be forgotten", async () => {
    const { sender, id, discarded, outbox } = await online();
    void sender.send("red", "a");
    sender.refused(id(0), ARCHIVED);
    sender.discard(id(0));
    expect(discarded).toEqual([id(0)]);
    expect(await outbox.load()).toEqual([]);
    expect(sender.pendingOf("red")).toEqual([]);
  });

  test("leave the outbox when they are committed, and nobody is told to discard them", async () => {
    const { sender, id, discarded, outbox } = await online();
    await sender.send("red", "a");
    expect(await outbox.load()).toHaveLength(1);
    sender.committed(id(0));
    expect(await outbox.load()).toEqual([]);
    expect(discarded).toEqual([]);
  });
});

describe("without a connection", () => {
  test("messages wait, and go out in order when it comes back", async () => {
    const { sender, written, id, setOnline } = await online();
    setOnline(false);
    for (const text of ["a", "b"]) void sender.send("red", text);
    expect(written).toEqual([]);
    setOnline(true);
    expect(textsOf(written)).toEqual(["a"]);
    sender.committed(id(0));
    expect(textsOf(written)).toEqual(["a", "b"]);
  });

  test("one that was unanswered goes again with the same clientId", async () => {
    const { sender, written, id, shown, setOnline } = await online();
    void sender.send("red", "a");
    setOnline(false);
    expect(shown(id(0))?.status).toBe("queued");
    setOnline(true);
    expect(written[1]).toEqual(written[0]);
  });

  test("a try that was due later does not go out", async () => {
    const { sender, written, id, setOnline } = await online();
    void sender.send("red", "a");
    sender.refused(id(0), OVERLOADED);
    setOnline(false);
    vi.advanceTimersByTime(60_000);
    expect(written).toHaveLength(1);
  });

  test("an answer that came too late for its connection changes nothing", async () => {
    const { sender, id, shown, setOnline } = await online();
    void sender.send("red", "a");
    setOnline(false);
    sender.refused(id(0), ARCHIVED);
    expect(shown(id(0))?.status).toBe("queued");
  });
});

test("a connection that answers nothing for ten seconds is given up", async () => {
  const { sender, onUnanswered } = await online();
  void sender.send("red", "a");
  vi.advanceTimersByTime(9_999);
  expect(onUnanswered).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onUnanswered).toHaveBeenCalledOnce();
});

test("an answer in time leaves the connection alone", async () => {
  const { sender, id, onUnanswered } = await online();
  void sender.send("red", "a");
  sender.committed(id(0));
  vi.advanceTimersByTime(60_000);
  expect(onUnanswered).not.toHaveBeenCalled();
});

describe("what an earlier page left", () => {
  const kept = (clientId: string, error: ErrorPayload | null = null): OutboxEntry => {
    return { clientId, roomId: "red", message: clientId, queuedAt: 1, error };
  };

  test("goes out before what is typed now, although it is read later", async () => {
    const outbox = memoryOutbox();
    for (const clientId of ["kept-1", "kept-2"]) await outbox.put(kept(clientId));
    const { sender, id, written } = start({ outbox });
    sender.resume();
    void sender.send("red", "typed");
    expect(written).toEqual([]);
    await sender.load();
    for (let n = 0; n < 3; n++) sender.committed(id(n));
    expect(textsOf(written)).toEqual(["kept-1", "kept-2", "typed"]);
  });

  test("is shown as failed when it had failed, and does not go out by itself", async () => {
    const outbox = memoryOutbox();
    await outbox.put(kept("kept", ARCHIVED));
    const { sender, written, shown } = start({ outbox });
    sender.resume();
    await sender.load();
    expect(shown("kept")).toMatchObject({ status: "failed", error: ARCHIVED });
    expect(written).toEqual([]);
    sender.retry("kept");
    expect(textsOf(written)).toEqual(["kept"]);
  });

  test("does not hold up what is typed when it cannot be read, at once or ever", async () => {
    const broken = { ...memoryOutbox(), load: () => Promise.reject(new Error("private window")) };
    const hanging = { ...memoryOutbox(), load: () => new Promise<never>(() => {}) };
    for (const outbox of [broken, hanging]) {
      const { sender, written } = start({ outbox });
      sender.resume();
      void sender.load();
      void sender.send("red", "a");
      await vi.advanceTimersByTimeAsync(3_000);
      expect(textsOf(written)).toEqual(["a"]);
    }
  });

  test("is sent although it cannot be kept again", async () => {
    const full = { ...memoryOutbox(), put: () => Promise.reject(new Error("disk full")) };
    const { sender, written } = await online({ outbox: full });
    await sender.send("red", "a");
    expect(textsOf(written)).toEqual(["a"]);
  });
});

test("a message whose links nobody is to look at says so, after a reload, too", async () => {
  const { sender, written, id, outbox } = await online();
  void sender.send("red", "https://example.org", [], { previews: false });
  await sender.send("red", "https://example.com");
  expect(await outbox.load()).toMatchObject([{ previews: false }, { message: "https://example.com" }]);
  sender.committed(id(0));
  expect(written[0]).toHaveProperty("previews", false);
  expect(written[1]).not.toHaveProperty("previews");
});

describe("a message with files", () => {
  const BROKEN: ErrorPayload = { code: "invalid", message: "It is broken.", field: "files" };

  test("waits for them, and others do not wait for it", async () => {
    const { sender, written, id, shown, become, pendingId } = await online();
    become({ state: "waiting" });
    void sender.send("red", "look", ["k1"]);
    expect(shown(pendingId())).toMatchObject({ status: "uploading", files: ["k1"] });
    void sender.send("red", "meanwhile");
    expect(textsOf(written)).toEqual(["meanwhile"]);
    sender.committed(id(0));
    become({ state: "ready", ids: ["f1"] });
    expect(written[1]).toMatchObject({ message: "look", files: ["f1"] });
  });

  test("goes at once, in its turn, when they are there", async () => {
    const { sender, written, id, become } = await online();
    become({ state: "ready", ids: ["f1", "f2"] });
    void sender.send("red", "first");
    void sender.send("red", "", ["k1", "k2"]);
    void sender.send("red", "last");
    for (let n = 0; n < 3; n++) sender.committed(id(n));
    expect(textsOf(written)).toEqual(["first", "", "last"]);
    expect(written[1]?.files).toEqual(["f1", "f2"]);
    expect(written[0]).not.toHaveProperty("files");
  });

  test("fails with the one that fails, and can be sent again", async () => {
    const { sender, written, shown, become, uploads, pendingId } = await online();
    become({ state: "waiting" });
    void sender.send("red", "look", ["k1"]);
    const clientId = pendingId();
    become({ state: "failed", error: BROKEN });
    expect(shown(clientId)).toMatchObject({ status: "failed", error: BROKEN });
    uploads.retry.mockImplementation(() => become({ state: "waiting" }));
    sender.retry(clientId);
    expect(uploads.retry).toHaveBeenCalledWith(["k1"]);
    expect(shown(clientId)).toMatchObject({ status: "uploading", error: null });
    become({ state: "ready", ids: ["f1"] });
    expect(written).toMatchObject([{ clientId, files: ["f1"] }]);
  });

  test("that is on its way when a file is begun again waits for it beside the others", async () => {
    const { sender, written, shown, become, setOnline, pendingId } = await online();
    setOnline(false);
    become({ state: "ready", ids: ["f1"] });
    void sender.send("red", "look", ["k1"]);
    const clientId = pendingId();
    void sender.send("red", "after");
    become({ state: "waiting" });
    setOnline(true);
    expect(textsOf(written)).toEqual(["after"]);
    expect(shown(clientId)?.status).toBe("uploading");
  });

  test("has them kept with it, and forgotten when it is committed", async () => {
    const { sender, id, outbox, become, uploads } = await online();
    become({ state: "ready", ids: ["f1"] });
    await sender.send("red", "look", ["k1"]);
    expect(await outbox.load()).toMatchObject([{ message: "look", files: ["k1"] }]);
    expect(uploads.keep).toHaveBeenCalledWith(["k1"]);
    sender.committed(id(0));
    expect(uploads.forget).toHaveBeenCalledWith(["k1"]);
    expect(uploads.discard).not.toHaveBeenCalled();
  });

  test("takes them along when it is discarded, and leaves them when it is taken back", async () => {
    const { sender, become, uploads, pendingId } = await online();
    become({ state: "waiting" });
    void sender.send("red", "look", ["k1"]);
    expect(sender.takeBack(pendingId())).toMatchObject({ message: "look", files: ["k1"] });
    expect(uploads.discard).not.toHaveBeenCalled();
    void sender.send("red", "look", ["k2"]);
    sender.discard(pendingId());
    expect(uploads.discard).toHaveBeenCalledWith("k2");
    expect(sender.pendingOf("red")).toEqual([]);
  });

  test("that an earlier page left goes out when its files are there", async () => {
    const outbox = memoryOutbox();
    await outbox.put({ clientId: "kept", roomId: "red", message: "", files: ["k1"], queuedAt: 1, error: null });
    const { sender, written, become, uploads } = start({ outbox });
    become({ state: "waiting" });
    sender.resume();
    await sender.load();
    expect(uploads.claim).toHaveBeenCalledWith(["k1"]);
    expect(written).toEqual([]);
    become({ state: "ready", ids: ["f1"] });
    expect(written).toMatchObject([{ clientId: "kept", files: ["f1"] }]);
  });
});

const fault = fc.constantFrom("accept", "accept", "overloaded", "lost before", "lost after", "silent");

test("whatever is refused or lost on the way, each is accepted once and in the order written", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), async (faults, count) => {
      const accepted: string[] = [];
      const left = [...faults];
      const { sender, written, id, setOnline, onUnanswered } = await online();
      onUnanswered.mockImplementation(() => lose());
      const texts = Array.from({ length: count }, (_, n) => `${n}`);
      for (const text of texts) void sender.send("red", text);

      for (let taken = 0; taken < written.length; ) {
        const clientId = id(taken);
        const message = textsOf(written)[taken++] ?? "";
        const next = left.shift() ?? "accept";
        if (next.startsWith("accept") || next === "lost after") {
          if (!accepted.includes(message)) accepted.push(message);
        }
        if (next === "accept") sender.committed(clientId);
        else if (next === "overloaded") sender.refused(clientId, OVERLOADED);
        else if (next.startsWith("lost")) lose();
        await vi.advanceTimersByTimeAsync(15_000);
      }
      expect(accepted).toEqual(texts);
      expect(sender.pendingOf("red")).toEqual([]);

      function lose() {
        setOnline(false);
        setTimeout(() => setOnline(true), 100);
      }
    }),
    { numRuns: 200 },
  );
});

type Written = { roomId: string; message: string; clientId: string; files?: string[] };

async function online(options: Parameters<typeof start>[0] = {}) {
  const started = start(options);
  await started.sender.load();
  started.sender.resume();
  return started;
}

function start({ outbox = memoryOutbox(), random = () => 1 }: { outbox?: OutboxStore; random?: () => number } = {}) {
  const written: Written[] = [];
  const changes = new Map<string, PendingMessage>();
  const discarded: string[] = [];
  const onUnanswered = vi.fn();
  let isOnline = true;
  let files: FilesOfMessage = { state: "ready", ids: [] };
  const uploads = {
    of: () => files,
    keep: vi.fn(),
    claim: vi.fn(),
    forget: vi.fn(),
    discard: vi.fn(),
    retry: vi.fn(),
  };
  const sender = new Sender({
    outbox,
    uploads,
    now: Date.now,
    random,
    write(frame) {
      if (isOnline && frame.type === "chat") written.push(frame.payload as Written);
      return isOnline;
    },
    onUnanswered,
    onChange: (pending) => void changes.set(pending.clientId, pending),
    onDiscard: ({ clientId }) => void discarded.push(clientId),
  });
  const setOnline = (value: boolean) => {
    isOnline = value;
    if (value) sender.resume();
    else sender.pause();
  };
  /** The clientId of what was written as the nth. */
  const id = (nth: number) => {
    const frame = written[nth];
    if (!frame) throw new Error(`Nothing was written as number ${nth}.`);
    return frame.clientId;
  };
  const shown = (clientId: string) => changes.get(clientId);
  /** What becomes of all files that messages carry. */
  const become = (next: FilesOfMessage) => {
    files = next;
    sender.filesChanged();
  };
  /** The clientId of the only message that is left. */
  const pendingId = () => sender.pendingOf("red")[0]?.clientId ?? "";
  return { uploads, become, pendingId, sender, written, id, shown, discarded, onUnanswered, setOnline, outbox };
}

function textsOf(written: readonly Written[]): string[] {
  return written.map(({ message }) => message);
}
