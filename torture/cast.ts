import type { Deployment } from "./deployment/deployment";
import type { Record } from "./history/recorder";
import { Chatter } from "./people/chatter";
import { type Crowd, gatherCrowd } from "./people/crowd";
import { Regrets } from "./people/regrets";
import { RestWriter } from "./people/rest-writer";
import { SocketReader } from "./people/socket-reader";
import { SocketWriter } from "./people/socket-writer";
import type { Town } from "./people/town";
import { ManInTheMiddle } from "./plants/man-in-the-middle";
import { lossy } from "./plants/tampers";
import type { Random } from "./random";

const LOSS = 0.05;
/** Shares of the messages. */
const SHARES = { bot: 0.6, tab: 0.3, rest: 0.1 };
const CRIES_EVERY_MS = 300;
const BOTS = 3;
const TABS = 2;

/** Everybody who talks and listens in a run. */
export type Cast = {
  rooms: string[];
  readers: SocketReader[];
  /** One of the readers: it is made to read too slowly. */
  sloth: SocketReader;
  bots: SocketWriter[];
  rest: RestWriter;
  chatters: Chatter[];
  crowd: Crowd;
  /** What each of those who speak does about their own messages. */
  regrets: Regrets[];
  /** Hears through somebody who loses, doubles and swaps frames. */
  middle: ManInTheMiddle;
  /** How many people are in the room when all of them are connected. */
  peopleIn(roomId: string): number;
  start(): void;
  talk(rate: number): void;
  hush(): void;
  stop(): Promise<void>;
};

type Ground = { deployment: Deployment; town: Town; random: Random; record: Record; linkPort: number };

/** Gathers a cast: readers at every door and at any, bots, our own client in several tabs, a REST program. */
export async function gather({ deployment, town, random, record, linkPort }: Ground): Promise<Cast> {
  const anywhere = random.fork("doors");
  const door = () => deployment.pickDoor(anywhere);
  const options = async (name: string, inRooms: string[], through = door) => ({
    name,
    person: await town.addPerson(name),
    rooms: inRooms,
    random: random.fork(name),
    record,
    door: through,
  });

  const regrets: Regrets[] = [];
  const speaker = async (name: string) => {
    const own = await options(name, rooms);
    const thoughts = new Regrets({ ...own, random: random.fork(`${name} with regrets`) });
    regrets.push(thoughts);
    return { ...own, record: thoughts.record };
  };

  await town.addPerson("mayor");
  const rooms = [await town.addRoom("red"), await town.addRoom("green"), await town.addRoom("blue")];
  const [red = "", , blue = ""] = rooms;

  const readers: SocketReader[] = [new SocketReader(await options("red-ear", [red]))];
  for (const [index] of deployment.fronts.entries()) {
    readers.push(new SocketReader(await options(`ear-${index + 1}`, rooms, () => deployment.door(index))));
  }
  const sloth = new SocketReader(await options("sloth", [blue], () => deployment.directDoor(0)));
  readers.push(sloth);
  const bots: SocketWriter[] = [];
  for (let n = 1; n <= BOTS; n++) {
    bots.push(new SocketWriter({ ...(await speaker(`bot-${n}`)), joins: n < BOTS }));
  }
  const rest = new RestWriter(await speaker("rest"));
  const tabs: Chatter[] = [];
  for (let n = 1; n <= TABS; n++) tabs.push(new Chatter(await speaker(`tab-${n}`)));
  const middle = await ManInTheMiddle.start(door);
  middle.tamper = lossy(random.fork("lossy"), LOSS);
  const unlucky = new Chatter(await options("unlucky", rooms, middle.door));
  const chatters = [...tabs, unlucky];
  const crowd = await gatherCrowd({ deployment, town, random, record, linkPort });
  const { crier, uploader, steward, wanderers } = crowd;
  const square = new SocketReader(await options("square-ear", [...crowd.rooms]));
  readers.push(square, ...wanderers);

  return {
    rooms: [...rooms, ...crowd.rooms],
    crowd,
    readers,
    sloth,
    bots,
    rest,
    chatters,
    regrets,
    middle,
    peopleIn(roomId) {
      const listeners = [...readers, ...chatters, ...bots.filter(({ joins }) => joins)];
      return listeners.filter((listener) => listener.rooms.includes(roomId)).length;
    },
    start() {
      for (const { line } of [...readers, ...bots]) line.start();
      for (const chatter of chatters) chatter.start();
    },
    talk(rate) {
      for (const bot of bots) bot.talk((1_000 * BOTS) / (rate * SHARES.bot));
      for (const tab of tabs) tab.talk((1_000 * TABS) / (rate * SHARES.tab));
      rest.talk(1_000 / (rate * SHARES.rest));
      crier.talk(CRIES_EVERY_MS);
      uploader.talk();
      steward.act();
    },
    hush() {
      for (const writer of [...bots, ...tabs, rest, crier, uploader, steward]) writer.hush();
    },
    async stop() {
      for (const thoughts of regrets) thoughts.stop();
      for (const bot of bots) bot.stop();
      for (const reader of readers) reader.line.stop();
      for (const chatter of chatters) chatter.stop();
      await Promise.all([rest, crier, uploader, steward].map((each) => each.stop()));
      await middle.stop();
    },
  };
}
