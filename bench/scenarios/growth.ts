import { barChart } from "../harness/chart";
import { type Context, figures, interleave } from "../harness/context";
import { atMost, type Report, withSpread } from "../harness/report";
import type { Measured } from "../harness/run";
import { ADDA } from "../harness/servers";
import { logLogSlope, median } from "../harness/statistics";
import { type FanOut, shapesOf } from "./fan-out";

const SLOPE_TARGET = 0.1;

/** Whether a delivery costs more in a larger room. Takes what the fan-out measured, or measures it. */
export async function growth(context: Context, measured: FanOut | undefined): Promise<Report> {
  const faults: string[] = [];
  const runs = measured ?? (await measureShapes(context, faults));
  const cost = (rounds: FanOut[number]["rounds"]) => figures(rounds, ADDA, 0, (run: Measured) => run.cpuPerDelivery);
  const slope = logLogSlope(runs.map(({ shape, rounds }) => ({ x: shape.members, y: median(cost(rounds)) })));

  const microseconds = (value: number) => `${value.toFixed(2)} µs`;
  return {
    id: "h",
    title: "Growth of a delivery's cost with the room",
    method: "Adda's CPU time a delivery from small rooms to large ones, as many sockets each time: the loads of b.",
    tables: [
      {
        caption: "CPU time a delivery",
        columns: ["", ...runs.map(({ shape }) => `rooms of ${shape.members.toLocaleString("en")}`), "slope, log-log"],
        rows: [["Adda", ...runs.map(({ rounds }) => withSpread(cost(rounds), microseconds)), slope.toFixed(2)]],
      },
    ],
    verdicts: [
      atMost("log-log slope", { median: slope, min: slope, max: slope }, SLOPE_TARGET, (value) => value.toFixed(2)),
    ],
    charts: [
      barChart({
        file: "performance-growth.svg",
        title: "CPU time of a delivery",
        subtitle: "microseconds of Adda's CPU time a delivery; less is better",
        groups: [
          {
            label: "rooms of",
            bars: runs.map(({ shape, rounds }) => ({
              label: shape.members.toLocaleString("en"),
              values: cost(rounds),
              ours: true,
            })),
          },
        ],
        format: microseconds,
      }),
    ],
    faults,
  };
}

async function measureShapes(context: Context, faults: string[]): Promise<FanOut> {
  const runs: FanOut = [];
  for (const shape of shapesOf(context)) {
    const load = { window: shape.window, warmUp: 1, seconds: context.quick ? 2 : 4 };
    const { rounds, faults: found } = await interleave(context, [ADDA], shape, [load]);
    runs.push({ shape, rounds });
    faults.push(...found);
  }
  return runs;
}
