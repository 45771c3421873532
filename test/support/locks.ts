import { expect, vi } from "vitest";
import { shared } from "@/server/shared";

/** Until so many backends of the test's database wait for a lock. */
export async function untilWaitingForLocks(count: number): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await shared().pool.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    expect(rows[0]?.waiting).toBeGreaterThanOrEqual(count);
  }, 5_000);
}
