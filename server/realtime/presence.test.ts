import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PRESENCE_MAX_PEOPLE } from "@/protocol/limits";
import { Presence, ROSTER_TTL_MS } from "./presence";

const [ADA, GRACE, LIN] = [person("ada"), person("grace"), person("lin")];

describe("one person with three tabs", () => {
  test("comes with the first and leaves with the last", () => {
    const presence = new Presence();
    expect([presence.enter(ADA), presence.enter(ADA), presence.enter(ADA)]).toEqual([true, false, false]);
    expect(presence.count).toBe(1);
    expect([presence.leave("ada"), presence.leave("ada"), presence.leave("ada")]).toEqual([false, false, true]);
    expect(presence.people).toEqual([]);
    expect(presence.leave("ada")).toBe(false);
  });

  test("stays while one of them leads to another process", () => {
    const presence = new Presence();
    presence.enter(ADA);
    expect(presence.hear(roster("other", [ADA]), 0)).toBe(false);
    expect(presence.leave("ada")).toBe(false);
    expect(presence.count).toBe(1);
    expect(presence.hear(roster("other", []), 0)).toBe(true);
    expect(presence.count).toBe(0);
  });
});

test("a frame names as many as it may, and counts everybody", () => {
  const presence = new Presence();
  for (let n = 0; n < PRESENCE_MAX_PEOPLE + 5; n++) presence.enter(person(`p${n}`));
  expect(presence.people).toHaveLength(PRESENCE_MAX_PEOPLE);
  expect(presence.count).toBe(PRESENCE_MAX_PEOPLE + 5);
});

describe("what the other processes are told", () => {
  test("is who came and who left since, and nothing when that is nothing", () => {
    const presence = new Presence();
    presence.enter(ADA);
    presence.enter(GRACE);
    presence.leave("grace");
    expect(presence.takeChanges()).toEqual({ came: [ADA], left: [] });
    expect(presence.takeChanges()).toBeNull();
    presence.leave("ada");
    presence.enter(ADA);
    expect(presence.takeChanges()).toBeNull();
    presence.leave("ada");
    expect(presence.takeChanges()).toEqual({ came: [], left: ["ada"] });
  });
});

describe("the people of a process that fell silent", () => {
  test("leave after a while, but for those who are elsewhere too", () => {
    const presence = new Presence();
    presence.enter(ADA);
    presence.hear(roster("dead", [ADA, GRACE]), 0);
    presence.hear(roster("alive", [LIN]), 0);
    expect(presence.expire(ROSTER_TTL_MS)).toBe(false);
    presence.hear(changed("alive", [], []), ROSTER_TTL_MS);
    expect(presence.expire(ROSTER_TTL_MS + 1)).toBe(true);
    expect(presence.people.map(({ id }) => id).sort()).toEqual(["ada", "lin"]);
  });
});

const who = fc.constantFrom("ada", "grace", "lin", "alan");
const move = fc.oneof(
  fc.record({ do: fc.constantFrom("enter" as const, "leave" as const), process: fc.nat(2), who }),
  fc.record({ do: fc.constantFrom("publish" as const, "roster" as const), process: fc.nat(2), who }),
);

test("three processes that tell each other agree on who is there", () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 80 }), (moves) => {
      const processes = [0, 1, 2].map((index) => ({
        id: `${index}`,
        presence: new Presence(),
        sockets: [] as string[],
      }));
      const tellOthers = (from: string, event: Parameters<Presence["hear"]>[0]) => {
        for (const { id, presence } of processes) if (id !== from) presence.hear(event, 0);
      };
      const publish = ({ id, presence }: (typeof processes)[number]) => {
        const changes = presence.takeChanges();
        if (changes) tellOthers(id, changed(id, changes.came, changes.left));
      };
      for (const { do: what, process: index, who } of moves) {
        const process = processes[index];
        if (!process) continue;
        if (what === "enter") {
          process.sockets.push(who);
          process.presence.enter(person(who));
        } else if (what === "leave") {
          const at = process.sockets.indexOf(who);
          if (at === -1) continue;
          process.sockets.splice(at, 1);
          process.presence.leave(who);
        } else if (what === "publish") publish(process);
        else {
          process.presence.takeChanges();
          tellOthers(process.id, roster(process.id, process.presence.here));
        }
      }
      for (const process of processes) publish(process);
      const everybody = [...new Set(processes.flatMap(({ sockets }) => sockets))].sort();
      for (const { presence } of processes) {
        expect(presence.people.map(({ id }) => id).sort()).toEqual(everybody);
        expect(presence.count).toBe(everybody.length);
      }
    }),
    { numRuns: 500 },
  );
});

function person(id: string) {
  return { id, name: id.toUpperCase() };
}

function roster(processId: string, people: ReturnType<typeof person>[]) {
  return { type: "roster" as const, processId, people };
}

function changed(processId: string, came: ReturnType<typeof person>[], left: string[]) {
  return { type: "presence-changed" as const, processId, came, left };
}
