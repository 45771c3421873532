import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

const SIZE_BYTES = 640 * 1024 * 1024;
const CHUNK = Buffer.alloc(1024 * 1024);

const mounted = new Set<SmallDisk>();

// Whatever ends us, nothing stays mounted.
process.on("exit", () => {
  for (const disk of mounted) disk.unmount();
});

/** A disk in memory that is small enough to be filled. */
export class SmallDisk {
  readonly #path: string;
  readonly #ballast: string;

  private constructor(path: string) {
    this.#path = path;
    this.#ballast = join(path, "ballast");
  }

  /** @returns null where nothing may be mounted: that takes root. */
  static mount(path: string): SmallDisk | null {
    if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
    mkdirSync(path, { recursive: true, mode: 0o755 });
    const args = ["-t", "tmpfs", "-o", `size=${SIZE_BYTES}`, "tmpfs", path];
    if (spawnSync("mount", args, { stdio: "ignore" }).status !== 0) return null;
    const disk = new SmallDisk(path);
    mounted.add(disk);
    return disk;
  }

  /** Takes all the space that is left. */
  async fill(): Promise<void> {
    const file = await open(this.#ballast, "w");
    try {
      while (statfsSync(this.#path).bavail > 0) await file.write(CHUNK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      await file.close();
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  unmount(): void {
    if (mounted.delete(this)) spawnSync("umount", ["-l", this.#path], { stdio: "ignore" });
  }
}
