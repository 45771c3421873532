import { readdirSync, readFileSync } from "node:fs";
import type { Deployment } from "../deployment/deployment";
import type { Measured } from "./judge";

/** What the processes and the database hold now. Linux only: elsewhere no process is measured. */
export async function measure({ processes, postgres }: Deployment, atMs: number): Promise<Measured> {
  // A crash takes the statistics with it.
  await postgres.pool.query("ANALYZE");
  const { rows: tables } = await postgres.pool.query<Measured["tables"][number]>(
    `SELECT c.relname AS name, pg_total_relation_size(c.oid)::float8 AS bytes, c.reltuples::float8 AS rows
     FROM pg_stat_user_tables t JOIN pg_class c ON c.oid = t.relid ORDER BY c.relname`,
  );
  return {
    atMs,
    processes: processes.flatMap(({ name, pid }) => (pid === null ? [] : (measureProcess(name, pid) ?? []))),
    tables,
  };
}

function measureProcess(name: string, pid: number): Measured["processes"][number] | null {
  try {
    const kilobytes = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return { name, pid, bytes: Number(kilobytes) * 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
}
