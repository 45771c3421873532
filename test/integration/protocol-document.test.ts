import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CloseCode } from "@/protocol/close-codes";
import type { ServerFrame } from "@/protocol/frames";
import { shared } from "@/server/shared";
import { type TestSocket, useTestRealtime } from "../support/realtime";
import { rest } from "../support/rest";

const { person, connect, room } = useTestRealtime();

const text = readFileSync("protocol/PROTOCOL.md", "utf8");
const examples = [...text.matchAll(/^```adda\n(.*?)^```$/gms)].map(([, body]) => parseExample(body as string));

/** "DELETE" asks by REST, of the message that was heard last. */
type Line = { who: string; direction: "→" | "←" | "DELETE"; text: string };
type Somebody = Awaited<ReturnType<typeof person>> & { socket: TestSocket };

/** Frames that may come at any time: an example names them only where it is about them. */
const UNASKED = new Set(["presence", "head"]);

describe("the protocol document", () => {
  it("has an example of every frame that it names", () => {
    const said = examples.flat().filter(({ direction }) => direction === "→");
    for (const type of ["join", "leave", "chat", "typing", "ping"]) {
      expect(said.some((line) => line.text.includes(`"type":"${type}"`))).toBe(true);
    }
    expect(examples.length).toBeGreaterThanOrEqual(10);
  });

  it("names every close code of ours", () => {
    for (const code of Object.values(CloseCode).filter((code) => code !== 1000)) expect(text).toContain(`| ${code} |`);
  });

  it.each(examples.map((lines, index) => [index + 1, lines] as const))(
    "example %i runs as it stands",
    async (_, lines) => {
      await shared().prisma.room.deleteMany({ where: { slug: "red" } });
      const host = await person("host");
      await room(host, "Red");
      const people = new Map<string, Somebody>();
      for (const { who, direction, text: line } of lines) {
        const somebody = people.get(who) ?? (await enter(who));
        people.set(who, somebody);
        if (direction === "→") somebody.socket.send(line);
        else if (direction === "←") await expectFrame(somebody.socket, JSON.parse(line) as ServerFrame);
        else await removeLast(somebody, line);
      }
    },
  );
});

async function enter(name: string): Promise<Somebody> {
  const newcomer = await person(name);
  return { ...newcomer, socket: await connect(newcomer) };
}

async function removeLast({ token, socket }: Somebody, path: string): Promise<void> {
  const said = socket.frames.flatMap((frame) => (frame.type === "chat" ? [frame.payload.id] : []));
  expect(await rest("DELETE", path.replace("{id}", said.at(-1) ?? ""), { token })).toMatchObject({ status: 204 });
}

async function expectFrame(socket: TestSocket, expected: ServerFrame): Promise<void> {
  let frame = await socket.nextOf([expected.type], UNASKED);
  // Presence is told as it changes: an earlier count may come first.
  while (expected.type === "presence" && frame.type === "presence" && frame.payload.count !== expected.payload.count) {
    frame = await socket.nextOf(["presence"], UNASKED);
  }
  expect(frame).toEqual(withWildcards(expected));
}

/** "…" stands for any string that is not empty. */
function withWildcards(value: unknown): unknown {
  if (value === "…") return expect.stringMatching(/./s);
  if (Array.isArray(value)) return value.map(withWildcards);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withWildcards(inner)]));
}

function parseExample(body: string): Line[] {
  return body
    .trim()
    .split("\n")
    .map((line) => {
      const parts = /^(\w+) (→|←|DELETE) (.+)$/.exec(line);
      if (!parts) throw new Error(`This line of an example cannot be read: ${line}`);
      return { who: parts[1] as string, direction: parts[2] as Line["direction"], text: parts[3] as string };
    });
}
