import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "../deployment/deployment";
import type { HistoryEvent, Told } from "../history/events";
import type { Recorder } from "../history/recorder";
import type { Random } from "../random";
import type { Person, PersonOptions } from "./person";
import { callRest } from "./rest-call";
import { SocketReader } from "./socket-reader";
import { SocketWriter } from "./socket-writer";
import type { Town } from "./town";

/** In a room in which nothing follows, a change that Redis lost is found by then: with what `in-time` adds, in 20 s. */
const FOUND_WITHIN_MS = 18_000;
/** What Redis was told is on its way for less. */
const ON_ITS_WAY_MS = 400;
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

type Ground = { deployment: Deployment; town: Town; random: Random; recorder: Recorder };

/**
 * Rooms in which one thing happens, and then nothing that could show a loss: a message, a message that Redis loses, and
 * a deletion that Redis loses. All happens at the first process; a reader at each of them waits for it.
 */
export class QuietRooms {
  readonly rooms: readonly string[];
  readonly readers: readonly SocketReader[];
  readonly writers: readonly SocketWriter[];
  readonly #writer: SocketWriter;
  readonly #person: Person;
  readonly #ground: Ground;

  private constructor(ground: Ground, rooms: string[], readers: SocketReader[], writer: SocketWriter, person: Person) {
    this.#ground = ground;
    this.rooms = rooms;
    this.readers = readers;
    this.writers = [writer];
    this.#writer = writer;
    this.#person = person;
  }

  static async open(ground: Ground, name = "quiet"): Promise<QuietRooms> {
    const { deployment, town, random, recorder } = ground;
    const rooms: string[] = [];
    for (const what of ["calm", "word", "deletion"]) rooms.push(await town.addRoom(`${name} ${what}`));
    const options = async (who: string, door: PersonOptions["door"]) => ({
      name: who,
      person: await town.addPerson(who),
      rooms,
      random: random.fork(who),
      record: recorder.record,
      door,
    });
    const readers: SocketReader[] = [];
    for (const index of deployment.fronts.keys()) {
      readers.push(new SocketReader(await options(`${name}-ear-${index + 1}`, () => deployment.door(index))));
    }
    const own = await options(`${name}-hermit`, () => deployment.door(0));
    return new QuietRooms(ground, rooms, readers, new SocketWriter({ ...own, joins: false }), own.person);
  }

  start(): void {
    for (const { line } of [...this.readers, ...this.writers]) line.start();
  }

  stop(): void {
    for (const reader of this.readers) reader.line.stop();
    this.#writer.stop();
  }

  /** Resolves when everything was said and deleted; what comes of it takes a while. */
  async speak(): Promise<void> {
    const { recorder, deployment } = this.#ground;
    const [calm = "", word = "", deletion = ""] = this.rooms;
    const { record } = recorder;
    await until(() => this.#writer.isReady && this.readers.every((reader) => reader.hasJoined));
    await this.#say(calm);
    await this.#losing(word, () => this.#say(word));

    const { id, clientId } = await this.#say(deletion);
    await until(() => this.readers.every((reader) => reader.cursor(deletion) === 1));
    record({ type: "delete", writer: this.#writer.name, clientId });
    await this.#losing(deletion, () => this.#delete(deletion, id));
    record({ type: "deleted", writer: this.#writer.name, clientId });
    record({ type: "fault", what: `Redis lost a message and a deletion at ${deployment.processes[0]?.name}` });
  }

  async #say(roomId: string): Promise<Told> {
    const heard = this.#nextOk(roomId);
    this.#writer.say(roomId, "something, and then silence");
    return heard;
  }

  #nextOk(roomId: string): Promise<Told> {
    const { events } = this.#ground.recorder;
    const from = events.length;
    const find = () =>
      events.slice(from).find((event): event is typeof event & Extract<HistoryEvent, { type: "ok" }> => {
        return event.type === "ok" && event.message.roomId === roomId && event.writer === this.#writer.name;
      });
    return until(() => find() !== undefined).then(() => find()?.message as Told);
  }

  /** Does something of which Redis tells nobody, and waits until that is over. */
  async #losing(roomId: string, act: () => Promise<unknown>): Promise<void> {
    const { deployment, recorder } = this.#ground;
    const stopLosing = deployment.loseChanges(roomId);
    const uncover = recorder.cover({ roomId }, FOUND_WITHIN_MS);
    await act();
    await sleep(ON_ITS_WAY_MS);
    uncover();
    stopLosing();
  }

  async #delete(roomId: string, id: string): Promise<void> {
    const by = { person: this.#person, door: this.#ground.deployment.door(0) };
    const path = `/api/rooms/${roomId}/messages/${id}`;
    for (;;) {
      const answer = await callRest(by, { method: "DELETE", path });
      if (answer && "code" in answer) throw new Error(`A deletion in a quiet room was refused: ${answer.code}.`);
      if (answer) return;
      await sleep(POLL_MS);
    }
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error("A quiet room did not come so far.");
    await sleep(POLL_MS);
  }
}
