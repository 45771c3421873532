import type { Door } from "../deployment/deployment";
import type { Record } from "../history/recorder";
import type { Random } from "../random";

/** Whom Adda knows, and a token of theirs. */
export type Person = { id: string; name: string; token: string };

/** What everybody on the stage needs. */
export type PersonOptions = {
  name: string;
  person: Person;
  rooms: readonly string[];
  random: Random;
  record: Record;
  /** Where to connect next. */
  door(): Door;
};
