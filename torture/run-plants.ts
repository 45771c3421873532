import { Deployment } from "./deployment/deployment";
import type { Options } from "./options";
import { Town } from "./people/town";
import { plantAll } from "./plants/live";
import { plantInServers } from "./plants/server-bugs";
import { Random } from "./random";
import type { Outcome } from "./run";

/** Nothing fails but what is planted: into frames and the database, and into the server's code. */
export async function runPlants({ dir, seed }: Options & { dir: string }): Promise<Outcome> {
  const random = new Random(seed);
  const surprises: string[] = [];
  const onSurprise = (what: string) => void surprises.push(what);
  const deployment = await Deployment.start({ dir, processes: 2, onSurprise });
  try {
    const town = new Town(deployment.postgres, dir);
    await town.addPerson("mayor");
    const inServers = await plantInServers({ dir, beside: deployment, town, random, onSurprise });
    const caught = [...inServers, ...(await plantAll(deployment, town, random.fork("plants")))];
    const history = { events: [], writers: [], readers: [], views: [], stored: [] };
    return { history, violations: [], surprises, caught, summary: "Only plants, no faults." };
  } finally {
    await deployment.stop();
  }
}
