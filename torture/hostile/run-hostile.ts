import { setTimeout as sleep } from "node:timers/promises";
import { Deployment } from "../deployment/deployment";
import { Recorder } from "../history/recorder";
import type { Person } from "../people/person";
import { SocketReader } from "../people/socket-reader";
import { SocketWriter } from "../people/socket-writer";
import type { Town } from "../people/town";
import type { Random } from "../random";
import { describeWindows, findSlowdown, type Windows } from "./compare";
import { HostileImages } from "./hostile-images";
import { HostilePerson } from "./hostile-person";
import { HostileSite } from "./hostile-site";

const WRITERS = 4;
/** Together some twelve a second, each well below what one person may say. */
const SPEAKS_EVERY_MS = 330;
/** What the hostile person left behind is none of the next window's. */
const BETWEEN_MS = 1_000;
const WARM_UP_MS = 2_000;
const JOINS_MAX_MS = 20_000;

type Ground = {
  dir: string;
  beside: Deployment;
  town: Town;
  random: Random;
  /** How many windows there are of each kind, and how long each is. */
  windows: number;
  windowMs: number;
  onSurprise(what: string): void;
};

export type Slowdown = { found: string[]; summary: string };

/**
 * One process with the limits as they are shipped, a conversation in it, and somebody hostile who comes and goes: windows
 * with them and without them take turns, so that whatever else the machine does is in both.
 */
export async function measureHostile(ground: Ground): Promise<Slowdown> {
  const { dir, beside, town, random, onSurprise } = ground;
  const images = await HostileImages.make();
  const site = await HostileSite.start(images.linked);
  const args = ["--link-port", String(site.port)];
  const deployment = await Deployment.start({
    dir,
    processes: 1,
    name: "hostile",
    beside,
    hasLimits: true,
    args,
    onSurprise,
  });
  try {
    return await measure(ground, deployment, { images, site, town, random });
  } finally {
    await deployment.stop();
    await site.stop();
  }
}

type Parts = { images: HostileImages; site: HostileSite; town: Town; random: Random };

async function measure(
  ground: Ground,
  deployment: Deployment,
  { images, site, town, random }: Parts,
): Promise<Slowdown> {
  const recorder = new Recorder();
  const door = deployment.directDoor(0);
  const roomId = await town.addRoom("neighbours");
  const common = { rooms: [roomId], record: recorder.record, door: () => door };
  const own = async (name: string) => ({
    ...common,
    name,
    person: await town.addPerson(name),
    random: random.fork(name),
  });
  const writers: SocketWriter[] = [];
  for (let n = 1; n <= WRITERS; n++) writers.push(new SocketWriter({ ...(await own(`neighbour-${n}`)), joins: true }));
  const reader = new SocketReader(await own("listener"));
  const hostile = new HostilePerson({ person: await invite(town), roomId, door, sitePort: site.port, images, random });

  let talking: NodeJS.Timeout[] = [];
  const spans: Span[] = [];
  const watch = async (isHostile: boolean) => {
    const fromMs = recorder.elapsedMs;
    await sleep(ground.windowMs);
    spans.push({ isHostile, fromMs, toMs: recorder.elapsedMs });
  };
  try {
    for (const { line } of [...writers, reader]) line.start();
    await hostile.arrive();
    const deadline = performance.now() + JOINS_MAX_MS;
    while (!(reader.hasJoined && writers.every(({ isReady }) => isReady))) {
      if (performance.now() > deadline) throw new Error("The neighbours did not come in.");
      await sleep(50);
    }
    talking = writers.map((writer) => setInterval(() => writer.say(roomId, "again"), SPEAKS_EVERY_MS));
    await sleep(WARM_UP_MS);
    for (let window = 0; window < ground.windows; window++) {
      await watch(false);
      hostile.begin();
      await watch(true);
      await hostile.end();
      await sleep(BETWEEN_MS);
    }
  } finally {
    for (const timer of talking) clearInterval(timer);
    for (const writer of writers) writer.stop();
    reader.line.stop();
    hostile.stop();
  }
  return judge(recorder, spans, hostile);
}

type Span = { isHostile: boolean; fromMs: number; toMs: number };

function judge({ events }: Recorder, spans: readonly Span[], hostile: HostilePerson): Slowdown {
  const saidAt = new Map<string, number>();
  /** Somebody who doubts an answer gets it a second time. */
  const answered = new Set<string>();
  const accepted: Windows & Mutable = { without: [], with: [] };
  const delivered: Windows & Mutable = { without: [], with: [] };
  for (const event of events) {
    if (event.type === "invoke") saidAt.set(event.clientId, event.ms);
    if (event.type !== "ok" && event.type !== "heard") continue;
    const atMs = saidAt.get(event.message.clientId);
    const span = atMs === undefined ? undefined : spans.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    if (!span || atMs === undefined) continue;
    if (event.type === "ok" && answered.has(event.message.clientId)) continue;
    if (event.type === "ok") answered.add(event.message.clientId);
    const windows = event.type === "ok" ? accepted : delivered;
    windows[span.isHostile ? "with" : "without"].push(event.ms - atMs);
  }
  const kinds = [
    ["accepted after", accepted],
    ["heard after", delivered],
  ] as const;
  const answers = [...hostile.answers].map(([status, times]) => `${status} ${times} times`).join(", ");
  return {
    found: kinds.flatMap(([what, windows]) => findSlowdown(what, windows)),
    summary: [
      ...kinds.map(([what, windows]) => describeWindows(what, windows)),
      `the hostile person was answered with ${answers}`,
    ].join("\n"),
  };
}

type Mutable = { without: number[]; with: number[] };

async function invite(town: Town): Promise<Person & { email: string; password: string }> {
  const person = await town.addPerson("hostile");
  return { ...person, ...town.credentialsOf("hostile") };
}
