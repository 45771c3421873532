import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import { expect, it } from "vitest";
import { findCommitTrouble, noteFailedCommit } from "@/server/domain/commit-health";
import { startPostgres } from "@/server/postgres/embedded";

const DISK_MB = 128;

it.runIf(process.getuid?.() === 0)(
  "a full disk under the database is told with its reason while it lasts, and its end is told too",
  async () => {
    const disk = await mkdtemp(join(tmpdir(), "adda-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m,mode=0755`, "tmpfs", disk]);
    const settings = { max_wal_size: "32MB", min_wal_size: "32MB", shared_buffers: "16MB" };
    const postgres = await startPostgres({ dataDir: disk, owner: "full disk", onTrouble: () => {}, settings });
    const pool = new Pool({ connectionString: postgres.url, max: 2 });
    pool.on("error", () => {});
    const write = () =>
      pool.query(`INSERT INTO written SELECT repeat(random()::text, 20) FROM generate_series(1, 500)`);
    try {
      await pool.query("CREATE TABLE written (text text)");
      await write();
      expect(await findCommitTrouble(pool)).toBeNull();

      const { bavail, bsize } = await statfs(disk);
      const filler = join(disk, "filler");
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
      const failed = await untilItFails(write);
      noteFailedCommit(failed);
      expect(await findCommitTrouble(pool)).toBe("The database's disk is full: free space on it.");
      // A second later it is tried, and still fails.
      await expect.poll(() => findCommitTrouble(pool), { timeout: 5_000, interval: 1_100 }).toContain("disk is full");

      rmSync(filler);
      await expect.poll(() => findCommitTrouble(pool), { timeout: 10_000 }).toBeNull();
      await write();
    } finally {
      await pool.end();
      await postgres.stop();
      execFileSync("umount", [disk]);
      await rm(disk, { recursive: true });
    }
  },
  60_000,
);

async function untilItFails(write: () => Promise<unknown>): Promise<unknown> {
  for (let tries = 0; tries < 1_000; tries++) {
    try {
      await write();
    } catch (error) {
      return error;
    }
  }
  throw new Error("The disk did not fill.");
}
