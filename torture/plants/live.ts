import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { check } from "../checker/check";
import type { PromiseName } from "../checker/promises";
import type { Deployment } from "../deployment/deployment";
import { Recorder } from "../history/recorder";
import type { Person } from "../people/person";
import { SocketReader } from "../people/socket-reader";
import { SocketWriter } from "../people/socket-writer";
import type { Town } from "../people/town";
import type { Random } from "../random";
import { ManInTheMiddle, type Tamper } from "./man-in-the-middle";
import { double, drop, misplace, reword, swap } from "./tampers";

const MESSAGES = 8;
/** The message that is tampered with, neither the first nor the last. */
const NTH = 4;
const PATIENCE_MS = 10_000;
const POLL_MS = 20;

type Plant = {
  name: string;
  /** The promise that it breaks; null when it plants nothing and nothing may be found. */
  breaks: PromiseName | null;
  tamper?: (elsewhere: string) => Tamper;
  /** Spoils the database once all is said: `$1` is the room. */
  spoil?: string[];
};

export type Caught = { name: string; breaks: PromiseName | null; found: PromiseName[]; isCaught: boolean };

const PLANTS: Plant[] = [
  { name: "nothing", breaks: null },
  { name: "a frame dropped", breaks: "no-hole", tamper: () => drop(NTH) },
  { name: "a frame doubled", breaks: "no-hole", tamper: () => double(NTH) },
  { name: "a pair of frames swapped", breaks: "no-hole", tamper: () => swap(NTH) },
  { name: "a foreign room's message", breaks: "own-room", tamper: (elsewhere) => misplace(NTH, elsewhere) },
  { name: "words changed on the way", breaks: "same-for-all", tamper: () => reword(NTH) },
  {
    name: "an ok lost",
    breaks: "accepted-is-stored",
    spoil: [
      `DELETE FROM "Message" WHERE "roomId" = $1 AND seq = ${MESSAGES}`,
      `UPDATE "Room" SET "lastSeq" = ${MESSAGES - 1} WHERE id = $1`,
    ],
  },
  {
    name: "a hole in the database",
    breaks: "gapless",
    spoil: [`DELETE FROM "Message" WHERE "roomId" = $1 AND seq = ${NTH}`],
  },
  {
    name: "a wrong order in the database",
    breaks: "real-time",
    spoil: [
      `UPDATE "Message" SET seq = -seq, rev = -rev WHERE "roomId" = $1`,
      `UPDATE "Message" SET seq = ${MESSAGES + 1} + seq, rev = ${MESSAGES + 1} + rev WHERE "roomId" = $1`,
    ],
  },
  {
    name: "an insert doubled",
    breaks: "once",
    spoil: [
      `DROP INDEX "Message_authorId_clientId_key"`,
      `INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body)
       SELECT gen_random_uuid(), "roomId", ${MESSAGES + 1}, ${MESSAGES + 1}, "authorId", "clientId", body
       FROM "Message" WHERE "roomId" = $1 AND seq = ${NTH}`,
      `UPDATE "Room" SET "lastSeq" = ${MESSAGES + 1} WHERE id = $1`,
    ],
  },
];

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

async function plantOne({ name, breaks, tamper, spoil = [] }: Plant, ground: Ground): Promise<Caught> {
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
  try {
    writer.line.start();
    reader.line.start();
    const isJoined = () => events.some(({ type }) => type === "joined");
    await until(() => isJoined() && writer.isReady, `${name}: the joins`);
    for (let n = 1; n <= MESSAGES; n++) {
      writer.say(here, "something");
      await until(() => writer.isSettled, `${name}: the answer to message ${n}`);
    }
    await until(() => reader.cursor(here) === MESSAGES, `${name}: the victim's catching up`);
  } finally {
    writer.stop();
    reader.line.stop();
  }
  await execute(deployment.postgres.pool, spoil, here);

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
