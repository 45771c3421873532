import type { QueryResult } from "pg";
import { vi } from "vitest";
import { shared } from "@/server/shared";

/**
 * Lets the next query of this name read the database, and keeps its answer back until `open` is called: so a
 * test can let something happen just between the reading and what follows from it.
 */
export function holdQuery(name: string): { reached: Promise<void>; open(): void } {
  const { pool } = shared();
  const query = pool.query.bind(pool) as unknown as (...args: unknown[]) => Promise<QueryResult>;
  let reach: () => void = () => {};
  let open: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const spy = vi.spyOn(pool, "query").mockImplementation(async (...args: unknown[]) => {
    if ((args[0] as { name?: string }).name !== name) return query(...args);
    spy.mockRestore();
    const result = await query(...args);
    reach();
    await opened;
    return result;
  });
  return { reached, open };
}
