import { barChart } from "../harness/chart";
import type { Context } from "../harness/context";
import { crowdName } from "../harness/crowd";
import type { Load } from "../harness/driver";
import { Redis } from "../harness/redis";
import { amount, atMost, type Report, times, withSpread } from "../harness/report";
import { type Measured, measure, withStage } from "../harness/run";
import { ADDA } from "../harness/servers";
import { median, ratios } from "../harness/statistics";

const TARGET = 1.15;
const SHAPES = [
  { rooms: 100, members: 100 },
  { rooms: 10, members: 1_000 },
];

type Run = Measured & { publishesPerMessage: number; redisCpu: number };

/** The same sockets on one process and on several that Redis joins: what a delivery costs all of them together. */
export async function processes(context: Context): Promise<Report> {
  const shapes = context.quick ? SHAPES.slice(0, 1) : SHAPES;
  const counts = context.quick ? [1, 2] : [1, 2, 4];
  const load: Load = { window: 4, warmUp: 1.5, seconds: context.quick ? 2 : 4 };
  const measured = shapes.map((shape) => ({ shape, runs: new Map<number, Run[]>(counts.map((n) => [n, []])) }));
  const faults: string[] = [];
  for (const { shape, runs } of measured) {
    for (let round = 1; round <= context.rounds; round++) {
      for (const count of counts) {
        context.tell(`round ${round}/${context.rounds}, ${crowdName(shape)}, ${count} processes`);
        try {
          const run = await measureProcesses(context, shape, count, load);
          faults.push(...run.faults.map((fault) => `${count} processes, ${crowdName(shape)}: ${fault}`));
          if (run.faults.length === 0) runs.get(count)?.push(run);
        } catch (error) {
          faults.push((error as Error).message);
        }
      }
    }
  }

  const of = (runs: Map<number, Run[]>, count: number, figure: (run: Run) => number) =>
    runs.get(count)?.map(figure) ?? [];
  const cost = (run: Run) => run.cpuPerDelivery;
  const most = counts.at(-1) ?? 1;
  const microseconds = (value: number) => `${value.toFixed(2)} µs`;
  return {
    id: "g",
    title: "Several processes and Redis",
    method:
      "The same 10,000 sockets on 1, 2 and 4 processes on one port, four messages outstanding a room; CPU time of all Adda processes together, Redis apart.",
    tables: measured.map(({ shape, runs }) => ({
      caption: `Rooms of ${shape.members.toLocaleString("en")}`,
      columns: [
        "processes",
        "CPU a delivery",
        "vs 1",
        "deliveries/s",
        "Redis publishes a message",
        "Redis, share of a core",
      ],
      rows: counts.map((count) => [
        String(count),
        withSpread(of(runs, count, cost), microseconds),
        times(ratios(of(runs, count, cost), of(runs, 1, cost)).median),
        withSpread(
          of(runs, count, (run) => run.deliveriesPerSecond),
          amount,
        ),
        median(of(runs, count, (run) => run.publishesPerMessage)).toFixed(2),
        median(of(runs, count, (run) => run.redisCpu)).toFixed(2),
      ]),
    })),
    verdicts: measured.map(({ shape, runs }) =>
      atMost(
        `rooms of ${shape.members.toLocaleString("en")}: CPU a delivery at ${most} processes vs 1`,
        ratios(of(runs, most, cost), of(runs, 1, cost)),
        TARGET,
        times,
      ),
    ),
    charts: [
      barChart({
        file: "performance-processes.svg",
        title: "CPU time of a delivery over several processes",
        subtitle: "microseconds of all Adda processes together; less is better",
        groups: measured.map(({ shape, runs }) => ({
          label: `rooms of ${shape.members.toLocaleString("en")}`,
          bars: counts.map((count) => ({
            label: count === 1 ? "1 process" : `${count} processes`,
            values: of(runs, count, cost),
            ours: true,
          })),
        })),
        format: microseconds,
      }),
    ],
    faults,
  };
}

async function measureProcesses(
  context: Context,
  shape: (typeof SHAPES)[number],
  count: number,
  load: Load,
): Promise<Run> {
  const redis = await Redis.start();
  try {
    const env = { PROCESSES: String(count), REDIS_URL: redis.url };
    const act = async (stage: Parameters<typeof measure>[0]): Promise<Run> => {
      const before = { publishes: await redis.publishes(), cpu: redis.cpuSeconds(), at: performance.now() };
      const run = await measure(stage, load);
      const seconds = (performance.now() - before.at) / 1_000;
      const published = (await redis.publishes()) - before.publishes;
      return {
        ...run,
        publishesPerMessage: published / run.total.acked,
        redisCpu: (redis.cpuSeconds() - before.cpu) / seconds,
      };
    };
    return await withStage(context.cluster, ADDA, shape, act, { env });
  } finally {
    await redis.stop();
  }
}
