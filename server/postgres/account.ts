import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { CannotStart } from "../cannot-start";

/** How a program of PostgreSQL's is run: as whom, and through what. */
export type Account = {
  uid: number;
  gid: number;
  /** The command and arguments with which to run `program` as this account. */
  command(program: string, args: string[]): { file: string; args: string[]; uid?: number; gid?: number };
};

type Ids = { uid: number; gid: number };

/** In the order of preference; every Unix has at least the last. */
const UNPRIVILEGED_USERS = ["postgres", "nobody"];

/**
 * The account that PostgreSQL runs under. It refuses to be root, so a root's database belongs to an
 * unprivileged user: the one that it belongs to already, or one that the machine has.
 * @param owned the database's folder, when there is one.
 * @param reach every path that the account has to reach.
 */
export function findAccount(owned: string | null, reach: string[]): Account {
  const self: Ids = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  const owner = owned ? statSync(owned) : null;
  if (self.uid !== 0) {
    if (owner && owner.uid !== self.uid && self.uid !== -1) {
      throw new CannotStart(`The database in ${owned} belongs to another user: start Adda as root or as that user.`);
    }
    return { ...self, command: (file, args) => ({ file, args }) };
  }

  const ids = owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : findUnprivilegedUser();
  const blocked = reach.find((path) => !canReach(ids, path));
  if (!blocked) return { ...ids, command: (file, args) => ({ file, args, ...ids }) };

  const passage = findPassage(blocked);
  return { ...ids, command: (file, args) => ({ file: "setpriv", args: [...passage(ids), file, ...args] }) };
}

function findUnprivilegedUser(): Ids {
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of UNPRIVILEGED_USERS) {
    const [, , uid, gid] = users.find(([user]) => user === name) ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new CannotStart(
    "PostgreSQL does not run as root, and this machine has no user postgres or nobody: start Adda as an ordinary user.",
  );
}

/** Whether every folder above `path` lets this user through. */
function canReach({ uid, gid }: Ids, path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const stat = statSync(folder);
    const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0;
    if (((stat.mode >> shift) & 1) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

const CAP_DAC_OVERRIDE = 1;
const CAP_DAC_READ_SEARCH = 2;

/**
 * A way through folders that are closed to the account, as /root is: PostgreSQL keeps its own user and
 * gets the one capability that lets it pass, so nobody else's permissions have to be changed.
 */
function findPassage(blocked: string): (ids: Ids) => string[] {
  const capability = hasCapability(CAP_DAC_READ_SEARCH)
    ? "+dac_read_search"
    : hasCapability(CAP_DAC_OVERRIDE)
      ? "+dac_override"
      : null;
  if (!capability) {
    throw new CannotStart(
      `PostgreSQL does not run as root, and no other user can reach ${blocked}: move Adda to a folder that others may enter, such as /srv/adda.`,
    );
  }
  return passageBy(capability);
}

/** Whether root's PostgreSQL can be let into folders that are closed to its account. It is tried, not guessed. */
export function canEnterClosedFolders(): boolean {
  if (!hasCapability(CAP_DAC_READ_SEARCH)) return false;
  const nobody = { uid: 65_534, gid: 65_534 };
  return spawnSync("setpriv", [...passageBy("+dac_read_search")(nobody), "true"], { stdio: "ignore" }).status === 0;
}

function passageBy(capability: string): (ids: Ids) => string[] {
  return ({ uid, gid }) => [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    // Without it the kernel answers access(2), by which initdb finds postgres, as if there were no capability.
    "--securebits=+no_setuid_fixup",
    `--inh-caps=-all,${capability}`,
    `--ambient-caps=-all,${capability}`,
    `--bounding-set=-all,${capability}`,
  ];
}

function hasCapability(bit: number): boolean {
  try {
    const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return bounding !== undefined && (BigInt(`0x${bounding}`) & (1n << BigInt(bit))) !== 0n;
  } catch {
    return false;
  }
}
