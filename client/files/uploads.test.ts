import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ErrorPayload } from "@/protocol/errors";
import { FakeFiles, type FileFault } from "@/test/support/fake-files";
import type { Upload } from "./upload";
import { memoryUploadStore } from "./upload-store";
import { Uploads, type UploadsOptions } from "./uploads";

const TEXT = "The quick brown fox";
const BROKEN: ErrorPayload = { code: "invalid", message: "This picture is broken.", field: "file" };
const OVERLOADED: ErrorPayload = { code: "overloaded", message: "Later.", retryAfterMs: 7_000 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("an upload", () => {
  test("goes in parts, two at once, and is ready with what the server made of it", async () => {
    const { uploads, api, add, upload, settled } = start();
    const key = add("fox.txt");
    expect(uploads.state.get().drafts.get("red")).toEqual([key]);
    expect(upload(key)).toMatchObject({ status: "waiting", sentBytes: 0, size: 19 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(upload(key)).toMatchObject({ status: "ready", sentBytes: 19, fileId: "file-1", file: { name: "fox.txt" } });
    expect(api.textOf("file-1")).toBe(TEXT);
    expect(api.calls.filter((call) => call === "part")).toHaveLength(5);
    expect(api.movingMax).toBe(2);
    expect(settled).toHaveBeenCalled();
  });

  test("shows how far it is", async () => {
    const { add, upload, uploads } = start();
    const key = add("fox.txt");
    const seen = new Set<number>();
    uploads.state.subscribe(() => seen.add(upload(key)?.sentBytes ?? -1));
    await vi.advanceTimersByTimeAsync(1_000);
    expect([...seen].toSorted((a, b) => a - b).at(-1)).toBe(19);
    expect(seen.has(-1)).toBe(false);
  });

  test("of more parts than are told of at once asks for the next, and never shows less than it did", async () => {
    const api = new FakeFiles();
    api.listedMax = 3;
    const { uploads, add, upload } = start({ api });
    const key = add("fox.txt", "x".repeat(40));
    const seen: number[] = [];
    uploads.state.subscribe(() => seen.push(upload(key)?.sentBytes ?? 0));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(upload(key)).toMatchObject({ status: "ready", sentBytes: 40 });
    expect(api.textOf("file-1")).toBe("x".repeat(40));
    expect(api.calls.filter((call) => call === "find")).toHaveLength(3);
    expect(api.calls.filter((call) => call === "part")).toHaveLength(10);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test("of many files goes three at once", async () => {
    const { api, add } = start();
    for (let n = 0; n < 8; n++) add(`${n}.txt`, "1234");
    await vi.advanceTimersByTimeAsync(15);
    expect(api.calls.filter((call) => call === "begin")).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(api.stored.size).toBe(8);
  });

  test("that loses its connection sends only what is missing", async () => {
    const { api, add, upload } = start();
    let parts = 0;
    api.nextFault = (call) => (call === "part" && ++parts === 3 ? "lost" : null);
    const key = add("fox.txt");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(upload(key)?.status).toBe("ready");
    expect(api.stored.size).toBe(1);
    expect(api.textOf("file-1")).toBe(TEXT);
    expect(api.calls.filter((call) => call === "find")).toHaveLength(1);
    // Two were there; the third failed and stopped the fourth.
    expect(parts).toBeLessThanOrEqual(4 + 3);
  });

  test("waits longer each time, and tries at once when the connection may be back", async () => {
    const { uploads, api, add, upload } = start({ random: () => 1 });
    api.nextFault = () => "lost";
    const key = add("fox.txt");
    await vi.advanceTimersByTimeAsync(500);
    expect(upload(key)?.status).toBe("waiting");
    await vi.advanceTimersByTimeAsync(100_000);
    const tries = api.calls.length;
    // After 1, 2, 4, 8, 16 seconds and then every 30.
    expect(tries).toBe(8);
    api.nextFault = () => null;
    uploads.wake();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(upload(key)?.status).toBe("ready");
  });

  test("waits as long as the server says", async () => {
    const { api, add, upload } = start();
    let completions = 0;
    api.nextFault = (call) => (call === "complete" && ++completions === 1 ? OVERLOADED : null);
    const key = add("fox.txt");
    await vi.advanceTimersByTimeAsync(6_900);
    expect(upload(key)?.status).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(upload(key)?.status).toBe("ready");
  });

  test("that the server forgot is begun again, and not for ever", async () => {
    const { api, add, upload } = start();
    api.nextFault = (call) => {
      if (call === "complete") api.stored.clear();
      return null;
    };
    const key = add("fox.txt");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(api.calls.filter((call) => call === "begin")).toHaveLength(3);
    expect(upload(key)).toMatchObject({ status: "failed", error: { code: "not_found" } });
  });

  test("that is refused says why, and can be tried again", async () => {
    const { uploads, api, add, upload } = start();
    api.nextFault = (call) => (call === "complete" ? BROKEN : null);
    const key = add("fox.txt");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(upload(key)).toMatchObject({ status: "failed", error: BROKEN });
    expect(uploads.of([key])).toMatchObject({
      state: "failed",
      error: { field: "files", message: "“fox.txt”: This picture is broken." },
    });
    api.nextFault = () => null;
    uploads.retry([key]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(upload(key)).toMatchObject({ status: "ready", error: null });
  });

  test("of a file that cannot be read any more says so at once", async () => {
    const { api, uploads, upload } = start();
    api.nextFault = (call) => (call === "part" ? "lost" : null);
    const gone = new Blob([TEXT]);
    vi.spyOn(gone, "slice").mockImplementation(() => {
      throw new DOMException("Moved.", "NotReadableError");
    });
    const key = uploads.add("red", { blob: gone, name: "moved.txt" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(upload(key)?.error?.message).toContain("“moved.txt” cannot be read any more");
  });

  test("that is cancelled stops, and the server is told", async () => {
    const { uploads, api, add, upload } = start();
    const key = add("fox.txt", "x".repeat(400));
    await vi.advanceTimersByTimeAsync(40);
    uploads.discard(key);
    expect(upload(key)).toBeUndefined();
    expect(uploads.state.get().drafts.get("red")).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(api.stored.size).toBe(0);
    expect(api.calls.filter((call) => call === "part").length).toBeLessThan(10);
  });

  test("keeps the description, whenever it was written", async () => {
    const { uploads, api, add, upload } = start();
    const key = add("fox.txt");
    await vi.advanceTimersByTimeAsync(15);
    uploads.describe(key, "A fox");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(api.stored.get("file-1")?.alt).toBe("A fox");
    uploads.describe(key, "A brown fox ");
    expect(uploads.of([key])).toEqual({ state: "waiting" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(api.stored.get("file-1")?.alt).toBe("A brown fox");
    expect(upload(key)?.file?.alt).toBe("A brown fox");
    expect(uploads.of([key])).toEqual({ state: "ready", ids: ["file-1"] });
  });

  test("asks the device once what the file is", async () => {
    const lookAt = vi.fn(async () => ({ width: 30, height: 20, poster: "abc" }));
    const { api, add } = start({ lookAt });
    add("fox.mp4");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(lookAt).toHaveBeenCalledOnce();
    expect(api.stored.get("file-1")?.given).toMatchObject({ width: 30, height: 20 });
    expect(api.stored.get("file-1")?.given).not.toHaveProperty("poster");
  });
});

describe("what an earlier page left", () => {
  test("goes on where it was, with its bytes", async () => {
    const store = memoryUploadStore();
    const api = new FakeFiles();
    const before = start({ store, api });
    const key = before.add("fox.txt", "x".repeat(100));
    before.uploads.take("red");
    before.uploads.keep([key]);
    await vi.advanceTimersByTimeAsync(60);
    before.uploads.stop();
    const there = api.stored.get("file-1")?.parts.size ?? 0;
    expect(there).toBeGreaterThan(0);

    const after = start({ store, api });
    expect(after.uploads.of([key])).toEqual({ state: "waiting" });
    await after.uploads.load();
    expect(after.uploads.state.get().drafts.get("red")).toBeUndefined();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(after.uploads.of([key])).toEqual({ state: "ready", ids: ["file-1"] });
    expect(api.stored.size).toBe(1);
    expect(api.textOf("file-1")).toBe("x".repeat(100));
    expect(api.calls.filter((call) => call === "part").length).toBeLessThanOrEqual(25 + 2);
  });

  test("and was kept nowhere is said to be lost", async () => {
    const { uploads } = start();
    await uploads.load();
    expect(uploads.of(["nobody-knows"])).toMatchObject({ state: "failed", error: { code: "invalid" } });
  });

  test("is forgotten when its message is sent", async () => {
    const store = memoryUploadStore();
    const { uploads, add } = start({ store });
    const key = add("fox.txt");
    expect(await store.load()).toHaveLength(1);
    uploads.forget([key]);
    expect(await store.load()).toEqual([]);
  });

  test("in the composer is there again, unless a message has it", async () => {
    const store = memoryUploadStore();
    const before = start({ store });
    const keys = [before.add("draft.txt"), before.add("sent.txt")];
    // The page ended before it could note that the second belongs to a message.
    before.uploads.stop();
    const after = start({ store });
    after.uploads.claim(keys.slice(1));
    await after.uploads.load();
    expect(after.uploads.state.get().drafts.get("red")).toEqual(keys.slice(0, 1));
    expect(after.uploads.state.get().uploads.size).toBe(2);

    const other = start({ store });
    await other.uploads.load();
    other.uploads.claim(keys.slice(1));
    expect(other.uploads.state.get().drafts.get("red")).toEqual(keys.slice(0, 1));
  });

  test("of a message that is taken back is the composer's again", async () => {
    const store = memoryUploadStore();
    const { uploads, add } = start({ store });
    const key = add("fox.txt");
    await vi.advanceTimersByTimeAsync(0);
    uploads.take("red");
    uploads.keep([key]);
    expect(await store.load()).toMatchObject([{ upload: { key, isDraft: false } }]);
    uploads.giveBack("red", [key, "nobody-knows"]);
    expect(uploads.state.get().drafts.get("red")).toEqual([key]);
    expect(await store.load()).toMatchObject([{ upload: { key, isDraft: true } }]);
  });
});

const fault = fc.constantFrom<FileFault>(null, null, null, "lost", "lost after", OVERLOADED);

test("whatever is lost on the way, every file arrives whole and once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), async (faults, count) => {
      const { api, uploads, add } = start();
      const left = [...faults];
      api.nextFault = () => left.shift() ?? null;
      const keys = Array.from({ length: count }, (_, n) => add(`${n}.txt`, `${n}`.repeat(9 + n)));
      for (let round = 0; round < 60 && uploads.of(keys).state === "waiting"; round++) {
        await vi.advanceTimersByTimeAsync(10_000);
      }
      const files = uploads.of(keys);
      if (files.state !== "ready") throw new Error(JSON.stringify(files));
      expect(files.ids.map((id) => api.textOf(id))).toEqual(keys.map((_, n) => `${n}`.repeat(9 + n)));
    }),
    { numRuns: 100 },
  );
});

function start({ api = new FakeFiles(), ...options }: Partial<UploadsOptions> & { api?: FakeFiles } = {}) {
  const settled = vi.fn();
  const uploads = new Uploads({ api, store: memoryUploadStore(), random: () => 0.5, onSettled: settled, ...options });
  const upload = (key: string): Upload | undefined => uploads.state.get().uploads.get(key);
  const add = (name: string, text = TEXT) => uploads.add("red", { blob: new Blob([text]), name });
  return { uploads, api, add, upload, settled };
}
