import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInvisible } from "./bounded-text";
import { messageText, parseClientFrame } from "./client-frames";
import { ERROR_STATUS } from "./errors";
import { encodeFrame } from "./frames";
import { CLIENT_ID_MAX_LENGTH, FRAME_MAX_DEPTH, MESSAGE_MAX_LENGTH, SEQ_MAX } from "./limits";

const RUNS = 10_000;
/** Seconds on a quiet machine: a busy one may take its time. */
const TIMEOUT_MS = 60_000;

const roomId = fc.string({ minLength: 1, maxLength: 120 });
const clientId = fc.stringMatching(/^[\w-]{1,64}$/);
const message = fc.string({ minLength: 1, maxLength: 200, unit: "binary" }).filter(isStorable);

const goodFrame = fc.oneof(
  fc.record({ type: fc.constant("join"), payload: record({ roomId }, { since: fc.nat(SEQ_MAX) }) }),
  fc.record({ type: fc.constant("leave"), payload: record({ roomId }) }),
  fc.record({ type: fc.constant("chat"), payload: record({ message }, { roomId, clientId }) }),
  fc.record({ type: fc.constant("typing"), payload: record({}, { roomId }) }),
  fc.record({ type: fc.constant("ping") }),
);

/** What somebody sends who has read half of the document: the right words in the wrong places. */
const nearlyFrame = fc.record(
  {
    type: fc.oneof(fc.constantFrom("join", "leave", "chat", "typing", "ping", "joined", "__proto__"), fc.jsonValue()),
    payload: fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          roomId: fc.oneof(roomId, fc.jsonValue()),
          message: fc.oneof(message, fc.jsonValue()),
          clientId: fc.oneof(clientId, fc.jsonValue()),
          since: fc.oneof(fc.nat(), fc.double(), fc.jsonValue()),
          ["__proto__"]: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
);

describe("a client's frame, whatever it is, is read or refused and never throws", () => {
  test.each([
    ["any text", fc.string({ unit: "binary", maxLength: 300 })],
    ["any brackets and quotes", fc.string({ unit: fc.constantFrom(...'{}[]",:\\\0 1tfn'.split("")), maxLength: 100 })],
    ["any JSON", fc.json()],
    ["nearly a frame", nearlyFrame.map((frame) => JSON.stringify(frame))],
    ["a frame cut off", fc.tuple(goodFrame, fc.nat(300)).map(([frame, end]) => JSON.stringify(frame).slice(0, end))],
  ])(
    "%s",
    (_, texts) => {
      fc.assert(
        fc.property(texts, (text) => {
          const parsed = parseClientFrame(text);
          if (parsed.ok) return;
          const { code, message, field } = parsed.error;
          expect(["invalid", "malformed"]).toContain(code);
          expect(ERROR_STATUS[code]).toBe(400);
          expect(message).toMatch(/^\S.*\.$/);
          if (code === "invalid") expect(message).toContain(field);
          expect(JSON.stringify(parsed.error).length).toBeLessThan(1_000);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  test(
    "every good frame is read as it was meant, what it does not know left out",
    () => {
      fc.assert(
        fc.property(goodFrame, fc.jsonValue(), (frame, extra) => {
          const parsed = parseClientFrame(JSON.stringify({ ...frame, later: extra }));
          expect(parsed).toEqual({ ok: true, frame });
          expect(parsed.ok && parseClientFrame(encodeFrame(parsed.frame))).toEqual(parsed);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});

describe("the frames of the design, verbatim", () => {
  test("join and chat", () => {
    expect(parseClientFrame('{"type":"join","payload":{"roomId":"red"}}')).toEqual({
      ok: true,
      frame: { type: "join", payload: { roomId: "red" } },
    });
    expect(parseClientFrame('{"type":"chat","payload":{"message":"hi there"}}')).toEqual({
      ok: true,
      frame: { type: "chat", payload: { message: "hi there" } },
    });
  });

  test("typing needs no payload", () => {
    expect(parseClientFrame('{"type":"typing"}')).toEqual({ ok: true, frame: { type: "typing", payload: {} } });
  });
});

describe("limits", () => {
  test.each([
    ["message", MESSAGE_MAX_LENGTH, (length: number) => chat({ message: "m".repeat(length) })],
    ["message", MESSAGE_MAX_LENGTH, (length: number) => chat({ message: "😀".repeat(length).slice(0, length) })],
    ["clientId", CLIENT_ID_MAX_LENGTH, (length: number) => chat({ message: "m", clientId: "c".repeat(length) })],
    ["roomId", 120, (length: number) => ({ type: "join", payload: { roomId: "r".repeat(length) } })],
    ["since", SEQ_MAX, (since: number) => ({ type: "join", payload: { roomId: "r", since } })],
  ])("%s is taken up to %i and refused by name beyond it", (field, limit, frameOf) => {
    expect(parseClientFrame(JSON.stringify(frameOf(limit)))).toMatchObject({ ok: true });
    expect(parseClientFrame(JSON.stringify(frameOf(limit + 1)))).toMatchObject({
      ok: false,
      error: { code: "invalid", field, message: expect.stringContaining(field) },
    });
  });

  test.each([
    ["an empty message", chat({ message: "" }), "message"],
    ["a blank message", chat({ message: " \n\t\u00a0\u2003" }), "message"],
    ["a message with NUL", chat({ message: "a\0b" }), "message"],
    ["a message that is a number", chat({ message: 1 }), "message"],
    ["no message", chat({}), "message"],
    ["an empty clientId", chat({ message: "m", clientId: "" }), "clientId"],
    ["a clientId with a line break at its end", chat({ message: "m", clientId: "c\n" }), "clientId"],
    ["a clientId with NUL", chat({ message: "m", clientId: "\0" }), "clientId"],
    ["a clientId that is null", chat({ message: "m", clientId: null }), "clientId"],
    ["an empty roomId", { type: "join", payload: { roomId: "" } }, "roomId"],
    ["no roomId", { type: "leave", payload: {} }, "roomId"],
    ["a negative since", { type: "join", payload: { roomId: "r", since: -1 } }, "since"],
    ["half a since", { type: "join", payload: { roomId: "r", since: 0.5 } }, "since"],
    ["a since of text", { type: "join", payload: { roomId: "r", since: "1" } }, "since"],
  ])("%s is refused by name", (_, frame, field) => {
    expect(parseClientFrame(JSON.stringify(frame))).toMatchObject({ ok: false, error: { code: "invalid", field } });
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "hello"],
    ["null", "null"],
    ["a list", "[]"],
    ["no type", '{"payload":{}}'],
    ["an unknown type", '{"type":"shout","payload":{}}'],
    ["a type of the server's", '{"type":"joined","payload":{}}'],
    ["no payload", '{"type":"chat"}'],
    ["a payload that is null", '{"type":"chat","payload":null}'],
    ["a payload that is a list", '{"type":"chat","payload":[]}'],
  ])("%s is malformed", (_, text) => {
    expect(parseClientFrame(text)).toMatchObject({ ok: false, error: { code: "malformed" } });
  });

  test("a refusal names the message and the room that it is about, cut to what they may be", () => {
    const parsed = parseClientFrame(
      JSON.stringify(chat({ message: "", clientId: "c".repeat(500), roomId: "r".repeat(500) })),
    );
    expect(parsed).toMatchObject({ ok: false, error: { clientId: "c".repeat(64), roomId: "r".repeat(120) } });
  });

  test("nesting is taken up to its limit and refused by it, without building what is nested", () => {
    const nested = (depth: number) => `{"type":"ping","payload":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    expect(parseClientFrame(nested(FRAME_MAX_DEPTH))).toMatchObject({ ok: true });
    const refused = parseClientFrame(nested(FRAME_MAX_DEPTH + 1));
    expect(refused).toMatchObject({ ok: false, error: { code: "malformed" } });
    expect(!refused.ok && refused.error.message).toContain(`${FRAME_MAX_DEPTH} levels`);
    expect(parseClientFrame("[".repeat(65_536))).toMatchObject({ ok: false });
  });

  test("brackets in a text nest nothing", () => {
    const text = '[{"\\'.repeat(50);
    expect(parseClientFrame(JSON.stringify(chat({ message: text })))).toMatchObject({
      ok: true,
      frame: { payload: { message: text } },
    });
  });
});

test("half a surrogate pair becomes the replacement character, so that the database keeps what was said", () => {
  expect(messageText.parse("a\ud83d b\ude00 \ud83d\ude00")).toBe("a\ufffd b\ufffd \ud83d\ude00");
});

test("the payload cannot bring a prototype of its own", () => {
  const parsed = parseClientFrame('{"type":"chat","payload":{"message":"m","__proto__":{"roomId":"r"}}}');
  expect(parsed).toEqual({ ok: true, frame: { type: "chat", payload: { message: "m" } } });
});

function chat(payload: object) {
  return { type: "chat", payload };
}

function isStorable(text: string): boolean {
  return !isInvisible(text) && !text.includes("\0") && text.isWellFormed();
}

/** Some fields that must be there and some that may. */
function record(required: Record<string, fc.Arbitrary<unknown>>, optional: Record<string, fc.Arbitrary<unknown>> = {}) {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) });
}
