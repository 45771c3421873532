import { barChart } from "../harness/chart";
import { type Context, figures, interleave } from "../harness/context";
import { atMost, milliseconds, type Report, times, withSpread } from "../harness/report";
import type { Measured } from "../harness/run";
import { ADDA, BUN_PG, PLAIN_WS, SOCKET_IO } from "../harness/servers";
import { ratios, summarize } from "../harness/statistics";

const RATES = [500, 1_000];
const P50_TARGET_MS = 2;
const P99_TARGET_MS = 10;

/** How long a stored message takes to every member, at a rate that does not wait for anybody. */
export async function latency(context: Context): Promise<Report> {
  const crowd = { rooms: 100, members: 50 };
  const kinds = context.quick ? [ADDA, SOCKET_IO] : [ADDA, SOCKET_IO, PLAIN_WS, BUN_PG];
  const loads = RATES.map((rate) => ({ rate, warmUp: context.quick ? 1 : 2, seconds: context.quick ? 2 : 8 }));
  const { rounds, faults } = await interleave(context, kinds, crowd, loads);

  const ms = (value: number) => `${milliseconds(value)} ms`;
  const percentiles = ["p50", "p90", "p99", "p999", "max"] as const;
  const at = (load: number, percent: (typeof percentiles)[number]) => (kind: (typeof kinds)[number]) =>
    figures(rounds, kind, load, (run: Measured) => run.heardMs[percent]);
  return {
    id: "d",
    title: "Latency under a steady rate",
    method:
      "100 rooms of 50 people; messages due at a fixed rate whatever the server does; the time from the moment that a message was due until each member has it.",
    tables: RATES.map((rate, load) => ({
      caption: `${rate} messages a second, ${rate * crowd.members} deliveries: milliseconds`,
      columns: ["server", "p50", "p90", "p99", "p99.9", "max"],
      rows: kinds.map((kind) => [
        kind.label,
        ...percentiles.map((percent) => withSpread(at(load, percent)(kind), milliseconds)),
      ]),
    })),
    verdicts: RATES.flatMap((rate, load) => [
      atMost(`${rate}/s: p50`, summarize(at(load, "p50")(ADDA)), P50_TARGET_MS, ms),
      atMost(`${rate}/s: p99`, summarize(at(load, "p99")(ADDA)), P99_TARGET_MS, ms),
      atMost(`${rate}/s: p99 vs socket.io`, ratios(at(load, "p99")(ADDA), at(load, "p99")(SOCKET_IO)), 1, times),
    ]),
    charts: [
      barChart({
        file: "performance-latency.svg",
        title: "Latency of a stored message to every member",
        subtitle: "milliseconds from the moment that it was due, 99th percentile; less is better",
        groups: RATES.map((rate, load) => ({
          label: `${rate} messages a second`,
          bars: kinds.map((kind) => ({ label: kind.label, values: at(load, "p99")(kind), ours: kind.id === ADDA.id })),
        })),
        format: ms,
      }),
    ],
    faults,
  };
}
