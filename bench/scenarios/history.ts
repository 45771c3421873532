import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { barChart } from "../harness/chart";
import type { Context } from "../harness/context";
import { roomSlug, tokenOf, uuid } from "../harness/crowd";
import { BODY_BYTES } from "../harness/driver";
import { cpuSeconds } from "../harness/processes";
import { amount, atMost, milliseconds, type Report, times } from "../harness/report";
import { ADDA, startServer } from "../harness/servers";
import { percentile } from "../harness/statistics";

/** Half of the messages are in the first room, the other half in all others alike. */
const CROWD = { rooms: 11, members: 2 };
const SMALL = 10_000;
const LARGE = 10_000_000;
const LARGE_QUICK = 200_000;
const PAGE = 50;
const REQUESTS_PER_SECOND = 50;
const WARM_UP_REQUESTS = 4_000;
const WARM_UP_PER_SECOND = 500;
const DATABASE_TARGET_MS = 0.5;
const HTTP_TARGET_MS = 8;
const RATIO_TARGET = 1.5;

type Pages = {
  messages: number;
  /** Milliseconds of each page. */
  database: number[];
  http: number[];
  /** Milliseconds of the server's CPU time for a request. */
  cpu: number;
};

/** A page of history from a random depth of a random room, in the database and over HTTP. */
export async function history(context: Context): Promise<Report> {
  const [small, large] = [
    await readPages(context, SMALL),
    await readPages(context, context.quick ? LARGE_QUICK : LARGE),
  ];
  const ms = (value: number) => `${milliseconds(value)} ms`;
  const at = (values: number[], percent: number) => percentile(values, percent);
  const growth = (values: (pages: Pages) => number[], percent: number) =>
    at(values(large), percent) / at(values(small), percent);
  const single = (value: number) => ({ median: value, min: value, max: value });
  const row = (name: string, values: (pages: Pages) => number[]) => [
    name,
    ...[small, large].flatMap((pages) => [50, 99].map((percent) => ms(at(values(pages), percent)))),
    times(growth(values, 50)),
    times(growth(values, 99)),
  ];
  const database = (pages: Pages) => pages.database;
  const http = (pages: Pages) => pages.http;
  return {
    id: "f",
    title: `History among ${amount(large.messages)} messages`,
    method: `A page of ${PAGE} messages before a random one, ${large.database.length} times; half of them in one room that holds half of all messages. Database: planning and execution of the statement that the server runs, as EXPLAIN ANALYZE tells them. HTTP: GET /api/rooms/:room/messages with a token, ${REQUESTS_PER_SECOND} a second, from the moment that each was due, of a server that has answered ${WARM_UP_REQUESTS.toLocaleString("en")} before.`,
    tables: [
      {
        caption: "One page",
        columns: [
          "",
          ...[small, large].flatMap(({ messages }) => [`${amount(messages)}: p50`, "p99"]),
          "growth p50",
          "growth p99",
        ],
        rows: [
          row("database", database),
          row("HTTP", http),
          ["server CPU a request", ms(small.cpu), "", ms(large.cpu)],
        ],
      },
    ],
    verdicts: [
      atMost("database p99", single(at(large.database, 99)), DATABASE_TARGET_MS, ms),
      atMost("HTTP p99", single(at(large.http, 99)), HTTP_TARGET_MS, ms),
      atMost("growth of the database's p50", single(growth(database, 50)), RATIO_TARGET, times),
      atMost("growth of HTTP's p50", single(growth(http, 50)), RATIO_TARGET, times),
    ],
    charts: [
      barChart({
        file: "performance-history.svg",
        title: "A page of history from a random depth",
        subtitle: "99th percentile in milliseconds; less is better",
        groups: [
          { label: "in the database", bars: bars([small, large], database) },
          { label: "over HTTP", bars: bars([small, large], http) },
        ],
        format: ms,
      }),
    ],
    faults: [],
  };
}

function bars(all: Pages[], values: (pages: Pages) => number[]) {
  return all.map((pages) => ({
    label: `${amount(pages.messages)} messages`,
    values: [percentile(values(pages), 99)],
    ours: true,
  }));
}

async function readPages(context: Context, messages: number): Promise<Pages> {
  const { cluster, quick } = context;
  const database = await ADDA.createDatabase(cluster, CROWD);
  const db = await cluster.connect(database);
  context.tell(`filling a database with ${messages.toLocaleString("en")} messages`);
  await fill(db, messages);
  const server = await startServer(ADDA, {
    databaseUrl: cluster.url(database),
    dataDir: `${cluster.directory}/data`,
  });
  try {
    context.tell(`reading pages among ${messages.toLocaleString("en")} messages`);
    const count = quick ? 300 : 2_000;
    await requestPages(server.port, messages, quick ? 100 : WARM_UP_REQUESTS, WARM_UP_PER_SECOND);
    const statement = await findStatement(db);
    const before = cpuSeconds(server.pids());
    const http = await requestPages(server.port, messages, quick ? 150 : 1_000);
    const cpu = ((cpuSeconds(server.pids()) - before) * 1_000) / http.length;
    return { messages, http, cpu, database: await explainPages(db, statement, messages, count) };
  } finally {
    await db.end();
    await server.stop();
    await cluster.drop(database);
  }
}

/** Rows first, indexes after them: a tenth of the time. */
async function fill(db: Client, messages: number): Promise<void> {
  const constraints = await db.query(
    `SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
     WHERE conrelid = '"Message"'::regclass AND contype IN ('p', 'f') ORDER BY contype DESC`,
  );
  const indexes = await db.query(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE tablename = 'Message' AND indexname NOT LIKE '%pkey'`,
  );
  for (const { name } of constraints.rows) await db.query(`ALTER TABLE "Message" DROP CONSTRAINT "${name}"`);
  for (const { name } of indexes.rows) await db.query(`DROP INDEX "${name}"`);

  const others = CROWD.rooms - 1;
  const room = `CASE WHEN n % 2 = 0 THEN 0 ELSE 1 + n / 2 % ${others} END`;
  const seq = `(CASE WHEN n % 2 = 0 THEN n / 2 ELSE n / 2 / ${others} END + 1)::int`;
  await db.query(
    `INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body, "sentAt")
     SELECT ${uuid("9", "n")}, ${uuid("3", room)}, ${seq}, ${seq}, ${uuid("1", `(${room}) * 2 + n / 7 % 2`)}, 'history-' || n,
       rpad('message ' || n, ${BODY_BYTES}, 'x'), now() - ($1::bigint - n) * interval '1 second'
     FROM generate_series(0, $1::bigint - 1) n`,
    [messages],
  );
  await db.query(
    `UPDATE "Room" SET "lastSeq" = coalesce((SELECT max(seq) FROM "Message" WHERE "roomId" = "Room".id), 0)`,
  );
  await db.query("SET maintenance_work_mem = '1GB'");
  for (const { definition } of indexes.rows) await db.query(definition);
  for (const { name, definition } of constraints.rows) {
    await db.query(`ALTER TABLE "Message" ADD CONSTRAINT "${name}" ${definition}`);
  }
  await db.query("VACUUM ANALYZE");
}

/** A place with a full page before it. */
type Place = { room: number; before: number };

function randomPlace(messages: number): Place {
  const inLargest = Math.random() < 0.5;
  const held = inLargest ? messages / 2 : messages / 2 / (CROWD.rooms - 1);
  return {
    room: inLargest ? 0 : 1 + Math.floor(Math.random() * (CROWD.rooms - 1)),
    before: PAGE + 2 + Math.floor(Math.random() * (held - PAGE - 1)),
  };
}

/** The statement behind a page of history, as the server's own connections last ran it. */
async function findStatement(db: Client): Promise<string> {
  const { rows } = await db.query(
    `SELECT query FROM pg_stat_activity
     WHERE pid <> pg_backend_pid() AND query ~ 'FROM "Message"' AND query ~ 'ORDER BY m\\.seq DESC' LIMIT 1`,
  );
  if (!rows[0]) throw new Error("The server ran no statement that reads a page of history.");
  return rows[0].query;
}

async function explainPages(db: Client, statement: string, messages: number, count: number): Promise<number[]> {
  const took: number[] = [];
  await db.query(`PREPARE page (uuid, int, int) AS ${statement}`);
  for (let i = 0; i < count; i++) {
    const { room, before } = randomPlace(messages);
    const { rows } = await db.query(
      `EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) EXECUTE page(${uuid("3", String(room))}, ${before}, ${PAGE + 1})`,
    );
    const [plan] = rows[0]["QUERY PLAN"];
    took.push(plan["Planning Time"] + plan["Execution Time"]);
  }
  return took;
}

async function requestPages(
  port: number,
  messages: number,
  count: number,
  perSecond = REQUESTS_PER_SECOND,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const began = performance.now();
  const answers: Promise<number>[] = [];
  for (let i = 0; i < count; i++) {
    const due = began + (i * 1_000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
    answers.push(requestPage(agent, port, randomPlace(messages)).then((answeredAt) => answeredAt - due));
  }
  const took = await Promise.all(answers);
  agent.destroy();
  return took;
}

function requestPage(agent: Agent, port: number, { room, before }: Place): Promise<number> {
  const path = `/api/rooms/${roomSlug(room)}/messages?before=${before}&limit=${PAGE}`;
  const headers = { authorization: `Bearer ${tokenOf(room * CROWD.members)}` };
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: "127.0.0.1", port, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => {
        const answeredAt = performance.now();
        if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}: ${body}`));
        else if (JSON.parse(body).messages.length !== PAGE) reject(new Error(`${path} answered a short page.`));
        else resolve(answeredAt);
      });
    });
    sent.once("error", reject);
    sent.end();
  });
}
