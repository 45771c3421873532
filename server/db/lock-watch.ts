import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

const POLL_MS = 250;
const REPEAT_MS = 30_000;
const SESSIONS_SHOWN = 3;
const STATEMENT_CHARACTERS = 80;

type Session = { pid: number; application: string | null; state: string | null; seconds: number | null; query: string };
type Options = {
  databaseUrl: string;
  /** The session that may wait. */
  pid: number;
  /** Shortest wait that is told, in ms. */
  afterMs: number;
  /** Told once the wait is so long, and every 30 s from then on. */
  onWaiting(): void;
};

/** Looks from a second connection for which sessions the first one waits: a session that waits cannot ask by itself. */
export class LockWatch {
  readonly #options: Options;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #sessions: Session[] = [];
  #since = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: Options) {
    this.#options = options;
    // What it cannot find out is left out of what is told; the wait itself goes on.
    this.#done = this.#run().catch(() => {});
  }

  /** Whom the session waited for last, and how to end that. */
  describe(): string {
    const [first] = this.#sessions;
    if (!first) return "another session of the database";
    const shown = this.#sessions.slice(0, SESSIONS_SHOWN).map(describeSession).join(", ");
    const more = this.#sessions.length > SESSIONS_SHOWN ? ` and ${this.#sessions.length - SESSIONS_SHOWN} more` : "";
    return `${shown}${more}. Let it finish, or end it with SELECT pg_terminate_backend(${first.pid})`;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    await sleep(POLL_MS, null, { signal });
    const client = new Client({
      connectionString: this.#options.databaseUrl,
      application_name: "adda lock watch",
      query_timeout: 5_000,
    });
    client.on("error", () => {});
    await client.connect();
    try {
      for (;;) {
        const { rows } = await client.query<Session>(BLOCKING_SESSIONS, [this.#options.pid]);
        if (rows.length > 0) this.#see(rows);
        await sleep(POLL_MS, null, { signal });
      }
    } finally {
      await client.end();
    }
  }

  #see(sessions: Session[]): void {
    const now = performance.now();
    if (pidsOf(sessions) !== pidsOf(this.#sessions)) {
      this.#since = now;
      this.#toldAt = Number.NEGATIVE_INFINITY;
    }
    this.#sessions = sessions;
    if (now - this.#since < this.#options.afterMs || now - this.#toldAt < REPEAT_MS) return;
    this.#toldAt = now;
    this.#options.onWaiting();
  }
}

const BLOCKING_SESSIONS = `
  SELECT pid, COALESCE(NULLIF(application_name, ''), backend_type) AS application, state,
    floor(extract(epoch FROM clock_timestamp() - COALESCE(xact_start, query_start)))::int AS seconds, left(query, 1000) AS query
  FROM pg_stat_activity WHERE pid = ANY(pg_blocking_pids($1)) ORDER BY pid`;

function pidsOf(sessions: Session[]): string {
  return sessions.map(({ pid }) => pid).join(" ");
}

function describeSession({ pid, application, state, seconds, query }: Session): string {
  const about = [application, state, seconds !== null && `${seconds} s`].filter(Boolean).join(", ");
  const statement = shorten(query);
  return `the database's session ${pid}${about && ` (${about}${statement && `: ${statement}`})`}`;
}

/** The beginning of a statement, without its values: they may be somebody's words, or a password. */
export function shorten(statement: string): string {
  const bare = statement
    .replace(/\$(\w*)\$[\s\S]*?(\$\1\$|$)/g, "…")
    .replace(/'(?:[^'\\]|''|\\[\s\S])*('|$)/g, "…")
    .replace(/\s+/g, " ")
    .trim();
  return bare.length > STATEMENT_CHARACTERS ? `${bare.slice(0, STATEMENT_CHARACTERS)}…` : bare;
}
