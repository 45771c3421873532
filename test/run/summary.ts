import { existsSync, readFileSync } from "node:fs";

export type Count = { passed: number; failed: number; skipped: number };

type VitestReport = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number };
type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } };

export function countVitest(report: string, exitCode: number | null): Count {
  const counts = read<VitestReport>(report);
  if (!counts) return NOTHING_RAN;
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests, numTodoTests } = counts;
  return withCrash({ passed, failed, skipped: numPendingTests + numTodoTests }, exitCode);
}

export function countPlaywright(report: string, exitCode: number | null): Count {
  const counts = read<PlaywrightReport>(report);
  if (!counts) return NOTHING_RAN;
  const { expected, unexpected, flaky, skipped } = counts.stats;
  return withCrash({ passed: expected, failed: unexpected + flaky, skipped }, exitCode);
}

export function sum(counts: Count[]): Count {
  return counts.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

const NOTHING_RAN: Count = { passed: 0, failed: 1, skipped: 0 };

/** A runner that fails without a failed test met an error outside of them: that counts as one. */
function withCrash(count: Count, exitCode: number | null): Count {
  return exitCode !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function read<Report>(path: string): Report | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Report) : null;
}
