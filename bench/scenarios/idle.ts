import { setTimeout as sleep } from "node:timers/promises";
import { barChart } from "../harness/chart";
import type { Context } from "../harness/context";
import { residentBytes } from "../harness/processes";
import { atMost, type Report, times, withSpread } from "../harness/report";
import { withStage } from "../harness/run";
import { ADDA, BUN_PG, PLAIN_WS, SOCKET_IO } from "../harness/servers";
import { ratios, summarize } from "../harness/statistics";

const KINDS = [ADDA, SOCKET_IO, PLAIN_WS, BUN_PG];

/** What a socket costs that is open, signed in, in a room, and silent. */
export async function idle(context: Context): Promise<Report> {
  const crowd = context.quick ? { rooms: 300, members: 10 } : { rooms: 1_000, members: 10 };
  const holdMs = context.quick ? 5_000 : 30_000;
  const kinds = context.quick ? [ADDA, SOCKET_IO] : KINDS;
  const sockets = crowd.rooms * crowd.members;
  const perSocket = new Map<string, number[]>(kinds.map(({ id }) => [id, []]));
  const bases = new Map<string, number[]>(kinds.map(({ id }) => [id, []]));

  for (let round = 1; round <= context.rounds; round++) {
    for (const kind of kinds) {
      context.tell(`round ${round}/${context.rounds}, ${sockets} idle sockets, ${kind.label}`);
      let base = 0;
      const options = {
        async beforeConnect(server: { pids(): number[] }) {
          await sleep(2_000);
          base = residentBytes(server.pids());
        },
      };
      const held = async ({ server }: { server: { pids(): number[] } }) => {
        await sleep(holdMs);
        return residentBytes(server.pids());
      };
      const after = await withStage(context.cluster, kind, crowd, held, options);
      bases.get(kind.id)?.push(base / 1e6);
      perSocket.get(kind.id)?.push((after - base) / sockets / 1_000);
    }
  }

  const kilobytes = (value: number) => `${value.toFixed(1)} kB`;
  const of = (id: string) => perSocket.get(id) ?? [];
  return {
    id: "a",
    title: `Memory of ${sockets.toLocaleString("en")} idle sockets`,
    method: `Every socket authenticated (Adda only) and joined to one of ${crowd.rooms} rooms; resident memory ${holdMs / 1000} s later, less that before the first socket, by socket.`,
    tables: [
      {
        caption: "Resident memory",
        columns: ["server", "a socket", "process before", "vs Adda"],
        rows: kinds.map(({ id, label }) => [
          label,
          withSpread(of(id), kilobytes),
          withSpread(bases.get(id) ?? [], (value) => `${value.toFixed(0)} MB`),
          id === ADDA.id ? "" : times(ratios(of(id), of(ADDA.id)).median),
        ]),
      },
    ],
    verdicts: [
      atMost("a socket", summarize(of(ADDA.id)), 8, kilobytes),
      atMost("of socket.io's", ratios(of(ADDA.id), of(SOCKET_IO.id)), 0.5, times),
    ],
    charts: [
      barChart({
        file: "performance-idle.svg",
        title: "Memory of an idle socket",
        subtitle: "kB of resident memory a socket, less is better",
        groups: [
          {
            label: `${sockets.toLocaleString("en")} sockets`,
            bars: kinds.map(({ id, label }) => ({
              label: label.replace(", an INSERT each", ""),
              values: of(id),
              ours: id === ADDA.id,
            })),
          },
        ],
        format: kilobytes,
      }),
    ],
    faults: [],
  };
}
