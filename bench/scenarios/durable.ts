import { barChart } from "../harness/chart";
import { type Context, figures, interleave, type Rounds } from "../harness/context";
import { crowdName } from "../harness/crowd";
import { amount, atLeast, milliseconds, type Report, times, withSpread } from "../harness/report";
import type { Measured } from "../harness/run";
import { ADDA, BUN_GROUP, BUN_PG, PLAIN_WS, SOCKET_IO } from "../harness/servers";
import { ratios, summarize } from "../harness/statistics";

/** Few listeners, so that what is measured is the way to the database and back. */
const SHAPES = [
  { rooms: 1_000, members: 2, window: 16, target: 30_000, name: "1000 rooms" },
  { rooms: 1, members: 4, window: 1_000, target: 20_000, name: "one hot room" },
];

const TRANSACTION_EACH = [SOCKET_IO, PLAIN_WS, BUN_PG];
const TARGET_RATIO = 6;

/** Messages a second, each acknowledged to its sender after COMMIT. */
export async function durable(context: Context): Promise<Report> {
  const kinds = context.quick ? [ADDA, PLAIN_WS] : [ADDA, ...TRANSACTION_EACH, BUN_GROUP];
  const seconds = context.quick ? 2 : 4;
  const measured: { shape: (typeof SHAPES)[number]; rounds: Rounds }[] = [];
  const faults: string[] = [];
  for (const shape of SHAPES) {
    const { rounds, faults: found } = await interleave(context, kinds, shape, [
      { window: shape.window, warmUp: 1.5, seconds },
    ]);
    measured.push({ shape, rounds });
    faults.push(...found);
  }

  const messages = (run: Measured) => run.messagesPerSecond;
  return {
    id: "c",
    title: "Durable messages a second",
    method:
      "Messages of 200 bytes acknowledged after COMMIT, PostgreSQL with fsync on. 1000 rooms of 2 people with 16 messages outstanding each; one room of 4 with 1000.",
    tables: [
      {
        caption: "Messages a second | median time to the acknowledgement | Adda's multiple",
        columns: ["server", ...measured.map(({ shape }) => `${shape.name} (${crowdName(shape)}, w${shape.window})`)],
        rows: kinds.map((kind) => [
          kind.label,
          ...measured.map(({ rounds }) => {
            const theirs = figures(rounds, kind, 0, messages);
            const ack = summarize(figures(rounds, kind, 0, (run) => run.ackedMs.p50)).median;
            const multiple = ratios(figures(rounds, ADDA, 0, messages), theirs).median;
            const cells = [withSpread(theirs, amount), `${milliseconds(ack)} ms`];
            return [...cells, kind.id === ADDA.id ? "" : times(multiple)].join(" | ");
          }),
        ]),
      },
    ],
    verdicts: measured.flatMap(({ shape, rounds }) => {
      const ours = figures(rounds, ADDA, 0, messages);
      return [
        atLeast(`${shape.name}: messages a second`, summarize(ours), shape.target, amount),
        ...kinds
          .filter((kind) => TRANSACTION_EACH.includes(kind))
          .map((kind) =>
            atLeast(
              `${shape.name}: vs ${kind.label}`,
              ratios(ours, figures(rounds, kind, 0, messages)),
              TARGET_RATIO,
              times,
            ),
          ),
      ];
    }),
    charts: [
      barChart({
        file: "performance-durable.svg",
        title: "Durable messages a second",
        subtitle: "acknowledged after COMMIT; more is better",
        groups: measured.map(({ shape, rounds }) => ({
          label: shape.name,
          bars: kinds.map((kind) => ({
            label: kind.label,
            values: figures(rounds, kind, 0, messages),
            ours: kind.id === ADDA.id,
          })),
        })),
        format: amount,
      }),
    ],
    faults,
  };
}
