import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import type { HistoryPage } from "@/client/history-api";
import { check } from "../checker/check";
import type { PromiseName } from "../checker/promises";
import type { Deployment } from "../deployment/deployment";
import type { HistoryEvent, Told } from "../history/events";
import { type Record, Recorder, toTold } from "../history/recorder";
import type { Person } from "../people/person";
import { callRest, type RestCall } from "../people/rest-call";
import { SocketReader } from "../people/socket-reader";
import { SocketWriter } from "../people/socket-writer";
import type { Town } from "../people/town";
import type { Random } from "../random";
import { ManInTheMiddle } from "./man-in-the-middle";
import { MESSAGES, NTH, PLANTS, type Plant } from "./plants";

const PATIENCE_MS = 10_000;
const POLL_MS = 20;

export type Caught = { name: string; breaks: PromiseName | null; found: PromiseName[]; isCaught: boolean };

/** Plants each bug into a living conversation and looks whether the checker finds it. */
export async function plantAll(deployment: Deployment, town: Town, random: Random): Promise<Caught[]> {
  const middle = await ManInTheMiddle.start(() => deployment.pickDoor(random));
  const people = { planter: await town.addPerson("planter"), victim: await town.addPerson("victim") };
  try {
    const caught: Caught[] = [];
    for (const plant of PLANTS) caught.push(await plantOne(plant, { deployment, town, random, middle, ...people }));
    return caught;
  } finally {
    await middle.stop();
  }
}

type Ground = {
  deployment: Deployment;
  town: Town;
  random: Random;
  middle: ManInTheMiddle;
  planter: Person;
  victim: Person;
};

async function plantOne({ name, breaks, deletes, tamper, spoil = [] }: Plant, ground: Ground): Promise<Caught> {
  const { deployment, town, random, middle, planter, victim } = ground;
  const here = await town.addRoom(`${name} here`);
  const elsewhere = await town.addRoom(`${name} elsewhere`);
  middle.beHonest();
  if (tamper) middle.tamper = tamper(elsewhere);

  const { events, record } = new Recorder();
  const common = { rooms: [here], random: random.fork(name), record };
  const door = () => deployment.pickDoor(random);
  const writer = new SocketWriter({ ...common, name: `planter-of-${slug(name)}`, person: planter, door, joins: true });
  const reader = new SocketReader({ ...common, name: "victim", person: victim, door: middle.door });
  const ask = <Content>(call: RestCall) => insist<Content>({ person: planter, door: door() }, call);
  try {
    writer.line.start();
    reader.line.start();
    const isJoined = () => events.some(({ type }) => type === "joined");
    await until(() => isJoined() && writer.isReady, `${name}: the joins`);
    const say = async () => {
      writer.say(here, "something");
      await until(() => writer.isSettled, `${name}: the answer to a message`);
    };
    for (let n = 1; n <= MESSAGES; n++) await say();
    if (deletes) {
      await deleteNth({ events, record, writer: writer.name, ask });
      await say();
    }
    await until(() => reader.cursor(here) === MESSAGES + (deletes ? 2 : 0), `${name}: the victim's catching up`);
  } finally {
    writer.stop();
    reader.line.stop();
  }
  await execute(deployment.postgres.pool, spoil, here);
  record({ type: "asks", ask: name });
  const page = await ask<HistoryPage>({ method: "GET", path: `/api/rooms/${here}/messages` });
  record({ type: "page", reader: "planter", roomId: here, messages: page.messages.map(toTold), ask: name });

  const history = {
    events,
    writers: [writer],
    readers: [reader],
    views: [],
    stored: await town.stored([here, elsewhere]),
  };
  const found = [...new Set(check(history).map(({ promise }) => promise))];
  return { name, breaks, found, isCaught: breaks ? found.includes(breaks) : found.length === 0 };
}

type Asks = <Content>(call: RestCall) => Promise<Content>;

async function deleteNth({
  events,
  record,
  writer,
  ask,
}: {
  events: readonly HistoryEvent[];
  record: Record;
  writer: string;
  ask: Asks;
}): Promise<void> {
  const told = events.flatMap((event): Told[] => (event.type === "ok" ? [event.message] : []));
  const { id, roomId, clientId } = told.find(({ seq }) => seq === NTH) as Told;
  record({ type: "delete", writer, clientId });
  await ask<null>({ method: "DELETE", path: `/api/rooms/${roomId}/messages/${id}` });
  record({ type: "deleted", writer, clientId });
}

async function insist<Content>(by: Parameters<typeof callRest>[0], call: RestCall): Promise<Content> {
  const answer = await callRest<Content>(by, call);
  if (!answer || "code" in answer) throw new Error(`${call.method} ${call.path} was answered with ${answer?.code}.`);
  return answer.content;
}

async function execute(pool: Pool, statements: readonly string[], roomId: string): Promise<void> {
  for (const statement of statements) await pool.query(statement, statement.includes("$1") ? [roomId] : []);
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come.`);
    await sleep(POLL_MS);
  }
}

/** A `clientId` takes no spaces. */
function slug(name: string): string {
  return name.replace(/\W+/g, "-");
}
