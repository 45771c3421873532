import type { Cluster } from "./cluster";
import { type Crowd, crowdName } from "./crowd";
import type { Load } from "./driver";
import { type Measured, measure, withStage } from "./run";
import type { ServerKind } from "./servers";

/** What a scenario is given. */
export type Context = {
  cluster: Cluster;
  /** One round, smaller and shorter: to see that all works, and about where the figures lie. */
  quick: boolean;
  rounds: number;
  /** Tells the terminal how it goes. */
  tell(line: string): void;
};

/** By server and by load: one measurement a round. */
export type Rounds = { kind: ServerKind; loads: Measured[][] }[];

/**
 * Puts the same loads on several servers, A B A B, each time on a fresh process and a fresh database, so
 * that what changes on the machine meanwhile changes for all. A run that is not sound is told and left out.
 */
export async function interleave(
  context: Context,
  kinds: ServerKind[],
  crowd: Crowd,
  loads: Load[],
): Promise<{ rounds: Rounds; faults: string[] }> {
  const rounds: Rounds = kinds.map((kind) => ({ kind, loads: loads.map(() => []) }));
  const faults: string[] = [];
  for (let round = 1; round <= context.rounds; round++) {
    for (const { kind, loads: measured } of rounds) {
      context.tell(`round ${round}/${context.rounds}, ${crowdName(crowd)}, ${kind.label}`);
      try {
        await withStage(context.cluster, kind, crowd, async (stage) => {
          for (const [index, load] of loads.entries()) {
            const run = await measure(stage, load);
            faults.push(...run.faults.map((fault) => `${kind.label}, ${crowdName(crowd)}: ${fault}`));
            if (run.faults.length === 0) measured[index]?.push(run);
          }
        });
      } catch (error) {
        faults.push((error as Error).message);
      }
    }
  }
  return { rounds, faults };
}

/** One figure of one server's rounds under one load. */
export function figures(rounds: Rounds, kind: ServerKind, load: number, figure: (run: Measured) => number): number[] {
  return rounds.find((entry) => entry.kind.id === kind.id)?.loads[load]?.map(figure) ?? [];
}
