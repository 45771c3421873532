import { writeFileSync } from "node:fs";
import { findFaketime } from "@/test/run/programs";

/** How often the process looks whether its clock was moved. */
const LOOKS_EVERY_SECONDS = "1";

/** The wall clock of one process, as libfaketime shows it. Timers go on as they are: a clock that is set does not move them. */
export class Clock {
  readonly env: Record<string, string>;
  readonly #path: string;

  private constructor(path: string, library: string) {
    this.#path = path;
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_CACHE_DURATION: LOOKS_EVERY_SECONDS,
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    };
    this.set(0);
  }

  /** @returns null where libfaketime is missing. */
  static find(path: string): Clock | null {
    const library = findFaketime();
    return library ? new Clock(path, library) : null;
  }

  set(aheadSeconds: number): void {
    writeFileSync(this.#path, `${aheadSeconds < 0 ? "-" : "+"}${Math.abs(aheadSeconds)}`);
  }
}
