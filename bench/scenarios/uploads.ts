import { randomBytes } from "node:crypto";
import type { FileUpload, UploadPart } from "../../protocol/files";
import type { Context } from "../harness/context";
import { roomSlug, tokenOf } from "../harness/crowd";
import { cpuSeconds, residentBytes } from "../harness/processes";
import { atMost, type Report, withSpread } from "../harness/report";
import { ADDA, startServer } from "../harness/servers";
import { summarize } from "../harness/statistics";

const PEOPLE = 20;
const FILE_BYTES = 200_000_000;
const FILE_BYTES_QUICK = 20_000_000;
const SAMPLE_MS = 100;
const GROWTH_TARGET_MB = 100;
/** Parts of one file that are under way at once, as a browser sends them. */
const PARTS_AT_ONCE = 2;

type Measured = { before: number; most: number; after: number; seconds: number; cpu: number };

/** Twenty large files at once into one process: its memory must not know how large they are. */
export async function uploads(context: Context): Promise<Report> {
  const bytes = context.quick ? FILE_BYTES_QUICK : FILE_BYTES;
  const rounds: Measured[] = [];
  for (let round = 1; round <= context.rounds; round++) {
    context.tell(`round ${round}/${context.rounds}, ${PEOPLE} uploads of ${bytes / 1e6} MB`);
    rounds.push(await measure(context, bytes));
  }
  const megabytes = (value: number) => `${value.toFixed(0)} MB`;
  const growth = rounds.map(({ before, most }) => (most - before) / 1e6);
  const row = (what: string, values: number[], format: (value: number) => string) => [what, withSpread(values, format)];
  return {
    id: "i",
    title: `${PEOPLE} uploads of ${bytes / 1e6} MB at once`,
    method: `Each of ${PEOPLE} people uploads a file of ${bytes / 1e6} MB in parts of 5 MiB, ${PARTS_AT_ONCE} at a time, over HTTP from the same machine, and completes it; files in a folder. Resident memory of the server's process, read every ${SAMPLE_MS} ms.`,
    tables: [
      {
        caption: "One process",
        columns: ["", "measured"],
        rows: [
          row(
            "memory before",
            rounds.map(({ before }) => before / 1e6),
            megabytes,
          ),
          row(
            "most during the uploads",
            rounds.map(({ most }) => most / 1e6),
            megabytes,
          ),
          row("growth", growth, megabytes),
          row(
            "bytes taken each second",
            rounds.map(({ seconds }) => (PEOPLE * bytes) / seconds / 1e6),
            megabytes,
          ),
          row(
            "CPU time for each MB",
            rounds.map(({ cpu }) => (cpu * 1e9) / (PEOPLE * bytes)),
            (ms) => `${ms.toFixed(2)} ms`,
          ),
        ],
      },
    ],
    verdicts: [atMost("growth of memory", summarize(growth), GROWTH_TARGET_MB, megabytes)],
    charts: [],
    faults: [],
  };
}

async function measure({ cluster }: Context, bytes: number): Promise<Measured> {
  const database = await ADDA.createDatabase(cluster, { rooms: 1, members: PEOPLE });
  const server = await startServer(ADDA, { databaseUrl: cluster.url(database), dataDir: `${cluster.directory}/data` });
  try {
    const origin = `http://127.0.0.1:${server.port}`;
    // Whatever a first upload loads is no matter of size.
    await upload(origin, 0, randomBytes(1_000), 1_000);
    const before = residentBytes(server.pids());
    const cpuBefore = cpuSeconds(server.pids());
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, residentBytes(server.pids()));
    }, SAMPLE_MS);
    const began = performance.now();
    const block = randomBytes(8 * 1024 * 1024);
    await Promise.all(Array.from({ length: PEOPLE }, (_, person) => upload(origin, person, block, bytes)));
    const seconds = (performance.now() - began) / 1_000;
    clearInterval(timer);
    return { before, most, after: residentBytes(server.pids()), seconds, cpu: cpuSeconds(server.pids()) - cpuBefore };
  } finally {
    await server.stop();
    await cluster.drop(database);
  }
}

/** The same block again and again: nobody looks at the bytes of a file that is no picture. */
async function upload(origin: string, person: number, block: Buffer, size: number): Promise<void> {
  const ask = async (path: string, body: unknown): Promise<FileUpload> => {
    const headers = { authorization: `Bearer ${tokenOf(person)}`, "content-type": "application/json" };
    const answer = await fetch(`${origin}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as FileUpload;
  };
  const { id, upload: begun } = await ask(`/api/rooms/${roomSlug(0)}/files`, { name: "large.bin", size });
  const parts = [...(begun?.parts ?? [])];
  const send = async ({ url, headers, size: bytes }: UploadPart) => {
    const body = new Uint8Array(block.subarray(0, bytes));
    const answer = await fetch(new URL(url, origin), { method: "PUT", headers, body });
    if (!answer.ok) throw new Error(`A part: ${answer.status} ${await answer.text()}`);
  };
  const lane = async () => {
    for (let part = parts.shift(); part; part = parts.shift()) await send(part);
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, lane));
  await ask(`/api/files/${id}/complete`, {});
}
