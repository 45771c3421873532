import type { Deployment } from "../deployment/deployment";
import type { Record } from "../history/recorder";
import type { Random } from "../random";
import type { PersonOptions } from "./person";
import { RestWriter } from "./rest-writer";
import { SocketReader } from "./socket-reader";
import { Steward } from "./steward";
import type { Town } from "./town";
import { Uploader } from "./uploader";

const WANDERERS = 2;
/** Shares of what the crier says in the square. */
const LINKS = 0.2;

type Ground = { deployment: Deployment; town: Town; random: Random; record: Record; linkPort: number };

/**
 * Two rooms of their own in which people come and go: members are removed and added, leave and join, a room is archived
 * and brought back, somebody posts links, somebody uploads files.
 */
export type Crowd = {
  /** An open one and a closed one. */
  rooms: readonly [square: string, cellar: string];
  wanderers: readonly SocketReader[];
  crier: RestWriter;
  uploader: Uploader;
  steward: Steward;
};

export async function gatherCrowd({ deployment, town, random, record, linkPort }: Ground): Promise<Crowd> {
  const anywhere = random.fork("crowd's doors");
  const square = await town.addRoom("square", "open");
  const cellar = await town.addRoom("cellar");
  const options = async (name: string, rooms: readonly string[]): Promise<PersonOptions> => ({
    name,
    person: await town.addPerson(name),
    rooms,
    random: random.fork(name),
    record,
    door: () => deployment.pickDoor(anywhere),
  });

  const wanderers: SocketReader[] = [];
  const people: PersonOptions[] = [];
  for (let n = 1; n <= WANDERERS; n++) {
    const own = await options(`wanderer-${n}`, [square, cellar]);
    people.push(own);
    wanderers.push(new SocketReader(own));
  }
  const crier = await options("crier", [square, cellar]);
  const links = random.fork("links");
  const addLink = (words: string, roomId: string) =>
    roomId === square && links.chance(LINKS) ? `${words} http://site.test:${linkPort}/${links.whole(1, 1e6)}` : words;
  const steward = { ...(await options("steward", [square, cellar])), person: town.mayor };
  return {
    rooms: [square, cellar],
    wanderers,
    crier: new RestWriter({ ...crier, adorn: addLink }),
    uploader: new Uploader(await options("uploader", [square])),
    steward: new Steward(steward, { square, cellar, wanderers: people }),
  };
}
