import { setTimeout as sleep } from "node:timers/promises";
import { barChart } from "../harness/chart";
import type { Context } from "../harness/context";
import { type Crowd, crowdName, uuid, writePlan } from "../harness/crowd";
import { BODY_BYTES, Driver } from "../harness/driver";
import { cpuSeconds } from "../harness/processes";
import { atMost, type Report, withSpread } from "../harness/report";
import { ADDA, startServer } from "../harness/servers";
import { summarize } from "../harness/statistics";

const MISSED = 20;
const TARGET_SECONDS = 4;
/** PostgreSQL's backends tell their counts at the latest ten seconds after they fell idle. */
const STATISTICS_DELAY_MS = 12_000;
const CROWDS: Crowd[] = [
  { rooms: 1_000, members: 10 },
  { rooms: 100, members: 100 },
  { rooms: 10, members: 1_000 },
];

type Storm = { seconds: number; transactions: number; cpu: number };

/** The server is killed under all its sockets, misses messages, starts again, and all come back at once. */
export async function restart(context: Context): Promise<Report> {
  const crowds = context.quick ? [{ rooms: 100, members: 30 }] : CROWDS;
  const faults: string[] = [];
  const storms = crowds.map((crowd) => ({ crowd, runs: [] as Storm[] }));
  for (let round = 1; round <= context.rounds; round++) {
    for (const { crowd, runs } of storms) {
      context.tell(`round ${round}/${context.rounds}, restart under ${crowdName(crowd)}`);
      try {
        runs.push(await storm(context, crowd));
      } catch (error) {
        faults.push(`${crowdName(crowd)}: ${(error as Error).message}`);
      }
    }
  }

  const seconds = (value: number) => `${value.toFixed(2)} s`;
  const whole = (value: number) => value.toFixed(0);
  const sockets = ({ rooms, members }: Crowd) => (rooms * members).toLocaleString("en");
  return {
    id: "e",
    title: "Restart storm",
    method: `kill -9 under all sockets; ${MISSED} messages come into each room meanwhile; from the moment that the server is ready, all connect at once, are authenticated, join from their cursor and receive what they missed.`,
    tables: [
      {
        caption: "Until the last socket has caught up",
        columns: ["sockets", "rooms", "time", "database transactions", "server CPU"],
        rows: storms.map(({ crowd, runs }) => [
          sockets(crowd),
          String(crowd.rooms),
          withSpread(
            runs.map((run) => run.seconds),
            seconds,
          ),
          withSpread(
            runs.map((run) => run.transactions),
            whole,
          ),
          withSpread(
            runs.map((run) => run.cpu),
            seconds,
          ),
        ]),
      },
    ],
    verdicts: storms
      .filter(({ runs }) => runs.length > 0)
      .flatMap(({ crowd, runs }) => [
        atMost(
          `${sockets(crowd)} sockets in ${crowd.rooms} rooms`,
          summarize(runs.map((run) => run.seconds)),
          TARGET_SECONDS,
          seconds,
        ),
      ]),
    charts: [
      barChart({
        file: "performance-restart.svg",
        title: "Restart storm",
        subtitle: `seconds until every socket is back, in its room, with the ${MISSED} messages that it missed; less is better`,
        groups: [
          {
            label: `${sockets(crowds[0] as Crowd)} sockets`,
            bars: storms.map(({ crowd, runs }) => ({
              label: `${crowd.rooms} rooms of ${crowd.members}`,
              values: runs.map((run) => run.seconds),
              ours: true,
            })),
          },
        ],
        format: seconds,
      }),
    ],
    faults,
  };
}

async function storm({ cluster }: Context, crowd: Crowd): Promise<Storm> {
  const database = await ADDA.createDatabase(cluster, crowd);
  const options = { databaseUrl: cluster.url(database), dataDir: `${cluster.directory}/data` };
  const planFile = writePlan(crowd, cluster.directory);
  let server = await startServer(ADDA, options);
  const driver = new Driver(ADDA.dialect, server.port, planFile);
  try {
    await driver.connect();
    await server.stop("SIGKILL");
    const db = await cluster.connect(database);
    await db.query(MISS, [MISSED]);
    await db.end();

    server = await startServer(ADDA, { ...options, env: { PORT: String(server.port) } });
    await sleep(1_000);
    const before = { transactions: await cluster.transactions(database), cpu: cpuSeconds(server.pids()) };
    const back = await driver.return();
    const cpu = cpuSeconds(server.pids()) - before.cpu;
    const sockets = crowd.rooms * crowd.members;
    if (back.joined !== sockets) throw new Error(`${back.joined} of ${sockets} came back`);
    if (back.missed !== sockets * MISSED) throw new Error(`${back.missed} missed messages came, not ${MISSED} each`);
    await sleep(STATISTICS_DELAY_MS);
    return {
      seconds: back.ms / 1_000,
      transactions: (await cluster.transactions(database)) - before.transactions,
      cpu,
    };
  } finally {
    driver.kill();
    await server.stop();
    await cluster.drop(database);
  }
}

/** Each room's next messages, by its first member, as another process would have stored them. */
const MISS = `
  WITH author AS (
    SELECT DISTINCT ON ("roomId") "roomId", "userId" FROM "Membership" ORDER BY "roomId", "userId"
  ), stored AS (
    INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body)
    SELECT ${uuid("9", "row_number() OVER ()")}, room.id, "lastSeq" + n, "lastSeq" + n, "userId", 'missed-' || room.slug || n,
      rpad('missed ' || n, ${BODY_BYTES}, 'x')
    FROM "Room" room JOIN author ON author."roomId" = room.id, generate_series(1, $1::int) n
  )
  UPDATE "Room" SET "lastSeq" = "lastSeq" + $1::int WHERE id IN (SELECT "roomId" FROM author)`;
