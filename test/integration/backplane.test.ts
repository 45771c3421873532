import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Backplane, RoomEvent } from "@/server/backplane/backplane";
import { memoryBackplane } from "@/server/backplane/memory";
import { redisBackplane } from "@/server/backplane/redis";
import { startRedis, type TestRedis } from "../support/redis";

const grace = { id: "grace", name: "Grace" };
const typing = (name: string): RoomEvent => ({ type: "typing", person: { id: name, name } });
const namesOf = (events: RoomEvent[]) =>
  events.map((event) => (event.type === "typing" ? event.person.name : event.type));
const PATIENCE = { timeout: 10_000, interval: 20 };

/** What every backplane promises, for two ends that share it. Of memory there is one end only. */
function itKeepsTheContract(open: () => Promise<[Backplane, Backplane]>, close: () => Promise<void>) {
  let here: Backplane;
  let there: Backplane;
  beforeAll(async () => {
    [here, there] = await open();
    await vi.waitFor(() => expect(here.isConnected && there.isConnected).toBe(true), PATIENCE);
  });
  afterAll(close);

  it("brings a room's events to its listeners, in order, and no other room's", async () => {
    const red: RoomEvent[] = [];
    const blue: RoomEvent[] = [];
    await there.subscribe("red", (event) => red.push(event));
    await there.subscribe("blue", (event) => blue.push(event));
    const names = Array.from({ length: 200 }, (_, n) => `p${n}`);
    for (const name of names) here.publish("red", typing(name));
    here.publish("blue", typing("only"));
    await vi.waitFor(() => expect(blue).toHaveLength(1), PATIENCE);
    expect(namesOf(red)).toEqual(names);
  });

  it("tells the publisher's own listeners before publish returns, once", async () => {
    const heard: RoomEvent[] = [];
    const elsewhere: RoomEvent[] = [];
    await here.subscribe("own", (event) => heard.push(event));
    await there.subscribe("own", (event) => elsewhere.push(event));
    const before = heard.length;
    here.publish("own", typing("now"));
    expect(heard.length).toBe(before + 1);
    here.publish("own", typing("later"));
    await vi.waitFor(() => expect(elsewhere).toHaveLength(2), PATIENCE);
    expect(namesOf(heard)).toEqual(["now", "later"]);
  });

  it("ends a subscription and keeps the others of the same room", async () => {
    const kept: RoomEvent[] = [];
    const ended: RoomEvent[] = [];
    await there.subscribe("both", (event) => kept.push(event));
    const unsubscribe = await there.subscribe("both", (event) => ended.push(event));
    unsubscribe();
    here.publish("both", typing("after"));
    await vi.waitFor(() => expect(kept).toHaveLength(1), PATIENCE);
    expect(ended).toHaveLength(0);
  });

  it("carries every kind of event unchanged", async () => {
    const heard: RoomEvent[] = [];
    await there.subscribe("kinds", (event) => heard.push(event));
    const events: RoomEvent[] = [
      typing('ⲗ👩‍👩‍👧‍👦 \u2028 "quoted"'),
      { type: "membership-ended", userId: "u", reason: "removed" },
      { type: "presence-changed", processId: "p", came: [grace], left: ["x"] },
      { type: "roster", processId: "p", people: [grace] },
      { type: "roster-wanted", processId: "p" },
      { type: "changes", changes: [{ rev: 1, seq: 1, id: "m1", json: '{"message":"as it was"}' }] },
    ];
    for (const event of events) here.publish("kinds", event);
    await vi.waitFor(() => expect(heard).toHaveLength(events.length), PATIENCE);
    expect(heard).toEqual(events);
  });

  it("tells everybody what concerns everybody", async () => {
    const listener = vi.fn();
    const unsubscribe = there.onControl(listener);
    here.publishControl({ type: "session-ended", userId: "grace", sessionVersion: 2 });
    await vi.waitFor(() => expect(listener).toHaveBeenCalledOnce(), PATIENCE);
    expect(listener).toHaveBeenCalledWith({ type: "session-ended", userId: "grace", sessionVersion: 2 });
    unsubscribe();
  });
}

describe("the memory backplane", () => {
  const backplane = memoryBackplane();
  itKeepsTheContract(
    async () => [backplane, backplane],
    () => backplane.close(),
  );
});

for (const cluster of [false, true]) {
  describe(`the Redis backplane, on ${cluster ? "a cluster" : "a server"}`, () => {
    let redis: TestRedis;
    const ends: Backplane[] = [];
    itKeepsTheContract(
      async () => {
        redis = await startRedis({ cluster });
        ends.push(redisBackplane(redis.url), redisBackplane(redis.url));
        return ends as [Backplane, Backplane];
      },
      async () => {
        for (const end of ends) await end.close();
        await redis.stop();
      },
    );
  });
}

describe("the Redis backplane, when Redis fails", () => {
  let redis: TestRedis;
  let here: Backplane;
  let there: Backplane;

  beforeAll(async () => {
    redis = await startRedis();
    here = redisBackplane(redis.url);
    there = redisBackplane(redis.url);
    await vi.waitFor(() => expect(here.isConnected && there.isConnected).toBe(true), PATIENCE);
  });
  afterAll(async () => {
    await here.close();
    await there.close();
    await redis.stop();
  });

  it("goes on alone while Redis is away, and hears the others again when it is back", async () => {
    const own: RoomEvent[] = [];
    const heard: RoomEvent[] = [];
    await here.subscribe("red", (event) => own.push(event));
    await there.subscribe("red", (event) => heard.push(event));
    const changes: boolean[] = [];
    here.onConnection((isConnected) => changes.push(isConnected));

    await redis.kill();
    await vi.waitFor(() => expect(here.isConnected || there.isConnected).toBe(false), PATIENCE);
    here.publish("red", typing("alone"));
    expect(namesOf(own)).toEqual(["alone"]);
    await there.subscribe("blue", (event) => heard.push(event));

    await redis.start();
    await vi.waitFor(() => expect(here.isConnected && there.isConnected).toBe(true), PATIENCE);
    here.publish("red", typing("together"));
    here.publish("blue", typing("subscribed meanwhile"));
    await vi.waitFor(() => expect(namesOf(heard)).toEqual(["together", "subscribed meanwhile"]), PATIENCE);
    expect(changes).toEqual([false, true]);
  });

  it("takes a Redis that hangs for one that is away, and holds nobody up", async () => {
    redis.pause();
    await vi.waitFor(() => expect(here.isConnected).toBe(false), PATIENCE);
    const heard: RoomEvent[] = [];
    const startedAt = Date.now();
    await there.subscribe("green", (event) => heard.push(event));
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    redis.resume();
    await vi.waitFor(() => expect(here.isConnected && there.isConnected).toBe(true), PATIENCE);
    here.publish("green", typing("again"));
    await vi.waitFor(() => expect(namesOf(heard)).toContain("again"), PATIENCE);
  });

  it("starts while Redis is away, and joins when it comes", async () => {
    await redis.kill();
    const late = redisBackplane(redis.url);
    const heard: RoomEvent[] = [];
    await late.subscribe("red", (event) => heard.push(event));
    expect(late.isConnected).toBe(false);
    await redis.start();
    await vi.waitFor(() => expect(late.isConnected && here.isConnected).toBe(true), PATIENCE);
    here.publish("red", typing("welcome"));
    await vi.waitFor(() => expect(namesOf(heard)).toContain("welcome"), PATIENCE);
    await late.close();
  });
});
