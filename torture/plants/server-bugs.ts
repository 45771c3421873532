import { setTimeout as sleep } from "node:timers/promises";
import { Deployment } from "../deployment/deployment";
import type { Town } from "../people/town";
import type { Random } from "../random";
import { converse } from "./conversation";
import type { Caught } from "./live";
import { SERVER_PLANTS, type ServerPlantName } from "./server-plants";

const PROCESSES = 2;
/** Starting takes a processor each. */
const STARTS_EVERY_MS = 2_500;

type Ground = { dir: string; beside: Deployment; town: Town; random: Random; onSurprise(what: string): void };

/** Starts deployments with each bug in the server's code, and one without, and looks whether the checker tells them apart. */
export async function plantInServers(ground: Ground): Promise<Caught[]> {
  const names = Object.keys(SERVER_PLANTS) as ServerPlantName[];
  return Promise.all([null, ...names].map((name, index) => plantOne(name, index, ground)));
}

async function plantOne(name: ServerPlantName | null, index: number, ground: Ground): Promise<Caught> {
  const { dir, beside, town, random, onSurprise } = ground;
  await sleep(index * STARTS_EVERY_MS);
  const slug = name ? `plant-${index}` : "no-plant";
  const args = name ? ["--plant", name] : [];
  const deployment = await Deployment.start({ dir, processes: PROCESSES, name: slug, beside, args, onSurprise });
  try {
    const found = await converse({ deployment, town, random: random.fork(slug), slug });
    const breaks = name && SERVER_PLANTS[name].breaks;
    const isCaught = breaks ? found.includes(breaks) : found.length === 0;
    return { name: name ?? "nothing in a server", breaks, found, isCaught };
  } finally {
    await deployment.stop();
  }
}
