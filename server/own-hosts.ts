import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import type { Config } from "./config";

const INTERFACES_KEPT_MS = 10_000;

/** What listens on every address of the machine. */
const EVERY_ADDRESS = new Set([undefined, "0.0.0.0", "::"]);

type Settings = Pick<Config, "publicUrl" | "hasPublicUrl" | "allowedOrigins">;

/**
 * The names under which this server answers. DNS rebinding points another site's name at this server: its page then sends
 * that name as `Host` and counts as same-origin in the browser.
 */
export class OwnHosts {
  readonly #settings: Settings;
  readonly #known: Set<string>;
  #addresses = new Set<string>();
  #readAtMs = -INTERFACES_KEPT_MS;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#known = new Set(settings.allowedOrigins.map((origin) => new URL(origin).host));
  }

  /** Whether `Host` is a name that an operator set, or one of this machine's. Who sends none is no browser. */
  isOwn(request: IncomingMessage): boolean {
    const { host } = request.headers;
    return host === undefined || this.isSet(request) || this.isMachines(host);
  }

  /** Whether `Host` is a name that an operator set (`PUBLIC_URL`, `ALLOWED_ORIGINS`). */
  isSet({ headers: { host } }: IncomingMessage): boolean {
    return host !== undefined && this.#known.has(host.toLowerCase());
  }

  /** Whether it is a name or an address of this machine, at any port: a proxy may listen at another one. */
  isMachines(host: string): boolean {
    const name = nameOf(host);
    if (name === null) return false;
    const own = hostname().toLowerCase();
    const names = ["localhost", own, `${own}.local`, `${own.split(".")[0]}.local`];
    return names.includes(name) || name.endsWith(".localhost") || isLoopback(name) || this.#has(name);
  }

  /**
   * Whether the request comes from a page of ours. Without `PUBLIC_URL` a page may talk to the host that served it,
   * when that is this machine.
   */
  isOwnOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
    if (origin === undefined) return false;
    if (this.#settings.allowedOrigins.includes(origin)) return true;
    if (this.#settings.hasPublicUrl || host === undefined || !this.isMachines(host)) return false;
    return /^https?:\/\/(.*)$/.exec(origin)?.[1] === host.toLowerCase();
  }

  /** The addresses that others in the network can open when Adda listens at `host`: of IPv6 only where there are no others. */
  addresses({ host, port }: Pick<Config, "host" | "port">): string[] {
    this.#read();
    const reachable = [...this.#addresses].filter(
      (name) =>
        !isLoopback(name) && !name.startsWith("[fe80:") && (EVERY_ADDRESS.has(host) || name === nameOfAddress(host)),
    );
    const fourth = reachable.filter((name) => isIPv4(name));
    return (fourth.length > 0 ? fourth : reachable).map((name) => `http://${name}:${port}`);
  }

  #has(name: string): boolean {
    this.#read();
    return this.#addresses.has(name);
  }

  #read(): void {
    if (performance.now() - this.#readAtMs < INTERFACES_KEPT_MS) return;
    this.#readAtMs = performance.now();
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    this.#addresses = new Set(all.flatMap(({ address }) => nameOfAddress(address) ?? []));
  }
}

function isLoopback(name: string): boolean {
  return name === "[::1]" || (isIPv4(name) && name.startsWith("127."));
}

function nameOfAddress(address = ""): string | null {
  return nameOf(address.includes(":") ? `[${address.split("%")[0]}]` : address);
}

/** Without the port, in the one way in which a browser writes it. */
function nameOf(host: string): string | null {
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return null;
  }
}
