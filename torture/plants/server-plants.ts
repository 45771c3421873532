import type { LookupFunction } from "node:net";
import type { Backplane, RoomEvent } from "@/server/backplane/backplane";
import type { PromiseName } from "../checker/promises";
import { onShared } from "./on-shared";

type ServerPlant = { breaks: PromiseName; plant(): Promise<void> };

/** Bugs in the server's code, as a change of it could make them. They once passed a run, and each must be caught. */
export const SERVER_PLANTS = {
  "the hub never unsubscribes": {
    breaks: "unsubscribed",
    async plant() {
      const { RoomChannel } = await import("@/server/realtime/room-channel");
      RoomChannel.prototype.isIdle = () => false;
    },
  },
  "heads lag by three": {
    breaks: "head-told",
    async plant() {
      const { Outgoing } = await import("@/server/realtime/outgoing");
      const { add } = Outgoing.prototype;
      Outgoing.prototype.add = function (text: string) {
        add.call(this, text.startsWith('{"type":"head"') ? lagging(text) : text);
      };
    },
  },
  "no audit and no catch-up": {
    breaks: "in-time",
    async plant() {
      const { Hub } = await import("@/server/realtime/hub");
      Hub.prototype.catchUp = async () => {};
    },
  },
  "other processes' changes arrive only through the audit": {
    breaks: "in-time",
    plant: async () => dropFromOthers((event) => event.type === "changes"),
  },
  "a removed member keeps receiving": {
    breaks: "rights-end",
    plant: async () => onShared(({ backplane }) => dropEvents(backplane, (event) => event.type === "membership-ended")),
  },
} satisfies Record<string, ServerPlant>;

export type ServerPlantName = keyof typeof SERVER_PLANTS;

/** Changes the modules of this process. `linkPort`: links to this port of this machine are read, as if it were the web's. */
export async function patchWith({ plant, linkPort }: { plant?: string; linkPort?: string }): Promise<void> {
  if (linkPort) await readLinksFrom(linkPort);
  if (plant === undefined) return;
  if (!(plant in SERVER_PLANTS)) throw new Error(`There is no plant "${plant}".`);
  await SERVER_PLANTS[plant as ServerPlantName].plant();
}

async function readLinksFrom(port: string): Promise<void> {
  const { openLinks } = await import("@/server/links/open-links");
  const { Parsers } = await import("@/server/parsing/parsers");
  const lookup: LookupFunction = (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
  const links = openLinks(new Parsers(), {
    isAllowed: (address) => address === "127.0.0.1",
    ports: new Set([port]),
    lookup,
  });
  onShared((shared) => Object.assign(shared, { links }));
}

function dropFromOthers(isDropped: (event: RoomEvent) => boolean): void {
  onShared(({ backplane }) => {
    let isOwn = false;
    const { publish } = backplane;
    // A process's own listeners are told before `publish` returns.
    backplane.publish = (roomId, event) => {
      isOwn = true;
      publish(roomId, event);
      isOwn = false;
    };
    dropEvents(backplane, (event) => !isOwn && isDropped(event));
  });
}

function dropEvents(backplane: Backplane, isDropped: (event: RoomEvent) => boolean): void {
  const { subscribe } = backplane;
  backplane.subscribe = (roomId, listener) => subscribe(roomId, (event) => isDropped(event) || listener(event));
}

function lagging(text: string): string {
  return text.replace(/"seq":(\d+)/, (_, seq) => `"seq":${Math.max(0, Number(seq) - 3)}`);
}
