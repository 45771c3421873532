import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker/check";
import type { PromiseName } from "../checker/promises";
import { UNSUBSCRIBED_AFTER_MS } from "../checker/subscriptions";
import type { Deployment } from "../deployment/deployment";
import { Recorder } from "../history/recorder";
import { QuietRooms } from "../people/quiet-rooms";
import { callRest } from "../people/rest-call";
import { SocketReader } from "../people/socket-reader";
import { SocketWriter } from "../people/socket-writer";
import type { Town } from "../people/town";
import { Visit } from "../people/visit";
import type { Random } from "../random";

const SPEAKS_EVERY_MS = 150;
/** Long enough for a right to end everywhere. */
const GRACE_MS = 1_500;
/** A quiet room has 20 s, a head 30 s. */
const LASTS_MS = 34_000;

type Ground = { deployment: Deployment; town: Town; random: Random; slug: string };

/**
 * A conversation at two processes in which everything happens that a planted bug in the server could spoil, and nothing
 * fails: talk, quiet rooms, somebody who is removed, a room that is left.
 * @returns which promises were broken.
 */
export async function converse({ deployment, town, random, slug }: Ground): Promise<PromiseName[]> {
  const recorder = new Recorder();
  const { record } = recorder;
  const room = await town.addRoom(`busy ${slug}`);
  const visit = await Visit.begin({ deployment, town, random, name: `visitor-${slug}` });
  const quiet = await QuietRooms.open({ deployment, town, random, recorder }, `quiet-${slug}`);
  const common = { rooms: [room], record };
  const door = (index: number) => () => deployment.door(index);
  const person = async (name: string) => ({ name, person: await town.addPerson(name), random: random.fork(name) });
  const writer = new SocketWriter({ ...common, ...(await person(`talker-${slug}`)), door: door(0), joins: true });
  const readers = await Promise.all(
    [0, 1].map(
      async (index) => new SocketReader({ ...common, ...(await person(`ear-${index}-${slug}`)), door: door(index) }),
    ),
  );
  const member = await person(`member-${slug}`);
  const removed = new SocketReader({ ...common, ...member, door: door(1) });
  const lines = [writer, ...readers, removed].map(({ line }) => line);

  try {
    for (const line of lines) line.start();
    quiet.start();
    writer.talk(SPEAKS_EVERY_MS);
    const over = sleep(LASTS_MS);
    await Promise.all([quiet.speak(), visit.end(), sleep(GRACE_MS)]);
    const path = `/api/rooms/${room}/members/${member.person.id}`;
    const answer = await callRest({ person: town.mayor, door: deployment.door(0) }, { method: "DELETE", path });
    if (!answer || "code" in answer) throw new Error(`A member could not be removed: ${answer?.code}.`);
    record({ type: "dismissed", reader: removed.name, roomId: room });
    await over;
    writer.hush();
    await sleep(GRACE_MS);
  } finally {
    writer.stop();
    for (const line of lines) line.stop();
    quiet.stop();
  }
  const history = {
    events: recorder.events,
    writers: [writer, ...quiet.writers],
    // The removed member is none of those who hear everything.
    readers: [...readers, ...quiet.readers],
    views: [],
    stored: await town.stored([room, ...quiet.rooms]),
    abandoned: [await visit.judge(UNSUBSCRIBED_AFTER_MS)],
  };
  return [...new Set(check(history).map(({ promise }) => promise))];
}
