import type { CoverEvent, Recorded, Scope } from "../history/events";

/** Who waited for what. */
export type Concerned = { process: string | undefined; reader: string; roomId: string };

type Cover = { scope: Scope; fromMs: number; untilMs: number; recoveryMs: number; limitMs: number | undefined };

/** The times in which a fault excuses lateness: from its beginning until it ended and its recovery time passed. */
export class Covers {
  readonly #covers = new Map<number, Cover>();

  read(event: Recorded<CoverEvent> | Recorded<{ type: "uncovers"; cover: number }>): void {
    if (event.type === "covers") {
      const { cover, scope, recoveryMs, limitMs, backMs = 0, ms } = event;
      this.#covers.set(cover, { scope, fromMs: ms - backMs, untilMs: Number.POSITIVE_INFINITY, recoveryMs, limitMs });
      return;
    }
    const cover = this.#covers.get(event.cover);
    if (cover) cover.untilMs = event.ms + cover.recoveryMs;
  }

  /** How much of this time nothing excuses. */
  uncovered(fromMs: number, toMs: number, concerned: Concerned): number {
    const excused = this.#of(fromMs, toMs, concerned)
      .filter(({ limitMs }) => limitMs === undefined)
      .map((cover) => ({ fromMs: Math.max(fromMs, cover.fromMs), toMs: Math.min(toMs, cover.untilMs) }))
      .sort((a, b) => a.fromMs - b.fromMs);
    let left = toMs - fromMs;
    let reached = fromMs;
    for (const cover of excused) {
      left -= Math.max(0, cover.toMs - Math.max(cover.fromMs, reached));
      reached = Math.max(reached, cover.toMs);
    }
    return left;
  }

  /** The limit that a fault sets for this time in place of the usual one; null when none does. */
  limit(fromMs: number, toMs: number, concerned: Concerned): number | null {
    const limits = this.#of(fromMs, toMs, concerned).flatMap(({ limitMs }) => limitMs ?? []);
    return limits.length === 0 ? null : Math.max(...limits);
  }

  #of(fromMs: number, toMs: number, concerned: Concerned): Cover[] {
    return [...this.#covers.values()].filter(
      ({ scope, ...cover }) => cover.fromMs < toMs && cover.untilMs > fromMs && isIn(scope, concerned),
    );
  }
}

function isIn(scope: Scope, { process, reader, roomId }: Concerned): boolean {
  return (
    (scope.process === undefined || scope.process === process) &&
    (scope.reader === undefined || scope.reader === reader) &&
    (scope.roomId === undefined || scope.roomId === roomId)
  );
}
