import { barChart } from "../harness/chart";
import { type Context, figures, interleave, type Rounds } from "../harness/context";
import { type Crowd, crowdName } from "../harness/crowd";
import { amount, atLeast, type Report, type Table, times, withSpread } from "../harness/report";
import type { Measured } from "../harness/run";
import { ADDA, BUN_GROUP, BUN_PG, BUN_SQL, PLAIN_WS, type ServerKind, SOCKET_IO } from "../harness/servers";
import { median, ratios } from "../harness/statistics";

type Shape = Crowd & { window: number; targets: { socketio: number; bun: number } };

const SHAPES: Shape[] = [
  { rooms: 1_000, members: 10, window: 4, targets: { socketio: 4, bun: 3 } },
  { rooms: 100, members: 100, window: 4, targets: { socketio: 3, bun: 1.5 } },
  { rooms: 10, members: 1_000, window: 4, targets: { socketio: 5, bun: 1.1 } },
  { rooms: 1, members: 10_000, window: 8, targets: { socketio: 6, bun: 1.1 } },
];

const QUICK_SHAPES: Shape[] = [
  { rooms: 300, members: 10, window: 4, targets: { socketio: 4, bun: 3 } },
  { rooms: 3, members: 1_000, window: 4, targets: { socketio: 5, bun: 1.1 } },
];

const GROUP_COMMIT_TARGET = 0.6;
const KINDS = [ADDA, SOCKET_IO, PLAIN_WS, BUN_PG, BUN_SQL, BUN_GROUP];

export type FanOut = { shape: Shape; rounds: Rounds }[];

/** Deliveries a second of stored messages, one message outstanding in each room and several. */
export async function fanOut(context: Context): Promise<{ report: Report; measured: FanOut }> {
  const shapes = shapesOf(context);
  const kinds = context.quick ? [ADDA, SOCKET_IO, BUN_PG] : KINDS;
  const measured: FanOut = [];
  const faults: string[] = [];
  for (const shape of shapes) {
    const loads = context.quick
      ? [{ window: shape.window, warmUp: 1, seconds: 2 }]
      : [
          { window: shape.window, warmUp: 1.5, seconds: 4 },
          { window: 1, warmUp: 0.5, seconds: 2 },
        ];
    const { rounds, faults: found } = await interleave(context, kinds, shape, loads);
    measured.push({ shape, rounds });
    faults.push(...found);
  }

  const sockets = ((shapes[0]?.rooms ?? 0) * (shapes[0]?.members ?? 0)).toLocaleString("en");
  const title = "Fan-out of stored messages";
  const report: Report = {
    id: "b",
    title,
    method:
      `${sockets} sockets. Each room keeps w messages of 200 bytes outstanding; the sender's own echo makes room for the next. ` +
      "A delivery counts only when its message's row is in the database.",
    tables: [
      throughputTable(measured, kinds, 0),
      ...(context.quick ? [] : [throughputTable(measured, kinds, 1)]),
      costTable(measured, kinds),
    ],
    verdicts: measured.flatMap(({ shape, rounds }) => {
      const of = (kind: ServerKind) => figures(rounds, kind, 0, deliveries);
      const room = `rooms of ${shape.members.toLocaleString("en")}, vs`;
      return [
        atLeast(`${room} socket.io`, ratios(of(ADDA), of(SOCKET_IO)), shape.targets.socketio, times),
        atLeast(`${room} Bun, an INSERT each`, ratios(of(ADDA), of(BUN_PG)), shape.targets.bun, times),
        ...(kinds.includes(BUN_SQL)
          ? [
              atLeast(
                `${room} Bun, an INSERT each by Bun.sql`,
                ratios(of(ADDA), of(BUN_SQL)),
                shape.targets.bun,
                times,
              ),
              atLeast(`${room} Bun with group commit`, ratios(of(ADDA), of(BUN_GROUP)), GROUP_COMMIT_TARGET, times),
            ]
          : []),
      ];
    }),
    charts: [
      barChart({
        file: "performance-fan-out.svg",
        title,
        subtitle: `deliveries a second over ${sockets} sockets, each message committed to PostgreSQL first; more is better`,
        groups: measured.map(({ shape, rounds }) => ({
          label: `${shape.rooms.toLocaleString("en")} × ${shape.members.toLocaleString("en")} people, ${shape.window} messages outstanding a room`,
          bars: kinds.map((kind) => ({
            label: kind.label,
            values: figures(rounds, kind, 0, deliveries),
            ours: kind.id === ADDA.id,
          })),
        })),
        format: amount,
      }),
    ],
    faults,
  };
  return { report, measured };
}

export function shapesOf(context: Context): Shape[] {
  return context.quick ? QUICK_SHAPES : SHAPES;
}

const deliveries = (run: Measured) => run.deliveriesPerSecond;

function throughputTable(measured: FanOut, kinds: ServerKind[], load: number): Table {
  const window = (shape: Shape) => (load === 0 ? shape.window : 1);
  return {
    caption: load === 0 ? "Deliveries a second, and Adda's multiple" : "The same with one message outstanding a room",
    columns: ["server", ...measured.map(({ shape }) => `${crowdName(shape)}, w${window(shape)}`)],
    rows: kinds.map((kind) => [
      kind.label,
      ...measured.map(({ rounds }) => {
        const theirs = figures(rounds, kind, load, deliveries);
        if (kind.id === ADDA.id) return withSpread(theirs, amount);
        const multiple = ratios(figures(rounds, ADDA, load, deliveries), theirs).median;
        return `${withSpread(theirs, amount)} ${times(multiple)}`;
      }),
    ]),
  };
}

function costTable(measured: FanOut, kinds: ServerKind[]): Table {
  return {
    caption: "CPU: µs of the server a delivery | share of a core of server / database / driver",
    columns: ["server", ...measured.map(({ shape }) => `${crowdName(shape)}, w${shape.window}`)],
    rows: kinds.map((kind) => [
      kind.label,
      ...measured.map(({ rounds }) => {
        const of = (figure: (run: Measured) => number) => median(figures(rounds, kind, 0, figure));
        const shares = [of((run) => run.serverCpu), of((run) => run.databaseCpu), of((run) => run.driverCpu)];
        return `${of((run) => run.cpuPerDelivery).toFixed(2)} | ${shares.map((share) => share.toFixed(2)).join(" / ")}`;
      }),
    ]),
  };
}
