import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect as connectPlain, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { nameServerLookup } from "./names";

/** Where a name leads is looked up, judged and connected to in one step: between them nothing can change the answer. */
export type Guard = {
  isAllowed(address: string): boolean;
  /** Which ports a server of the web listens on. */
  ports: ReadonlySet<string>;
  lookup?: LookupFunction;
};

export class RefusedAddress extends Error {
  override name = "RefusedAddress";
}

const CONNECT_TIMEOUT_MS = 3_000;
const HEADERS_MAX_BYTES = 16 * 1024;

type Options = { headers: Record<string, string>; signal: AbortSignal };

/**
 * One GET on a connection of its own, which leads to an allowed address alone, whatever the URL or a name server says.
 * @returns the answer, of which the headers are there. Its reader ends the connection.
 * @throws RefusedAddress, or what the network throws.
 */
export function guardedRequest(url: URL, { headers, signal }: Options, guard: Guard): Promise<IncomingMessage> {
  const isSecure = url.protocol === "https:";
  const request = isSecure ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      headers,
      signal,
      maxHeaderSize: HEADERS_MAX_BYTES,
      // Without an agent no request meets the connection of another, and each looks its name up again.
      agent: undefined,
      createConnection: (_options, done) => {
        connectGuarded(url, guard, signal).then(
          (socket) => done(null, socket),
          (error) => done(error, null as never),
        );
        return undefined;
      },
    });
    // It may fail more than once, and after the answer has begun; or end without either, by switching protocols.
    asked.on("error", reject);
    asked.once("close", () => reject(new Error("There was no answer.")));
    asked.once("response", (response) => {
      // A reader that stops has nothing to do about what comes after.
      response.on("error", () => {});
      resolve(response);
    });
    asked.end();
  });
}

/** @throws RefusedAddress, before a byte is sent. */
async function connectGuarded(url: URL, guard: Guard, signal: AbortSignal): Promise<Socket> {
  const isSecure = url.protocol === "https:";
  const port = url.port || (isSecure ? "443" : "80");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!guard.ports.has(port)) throw new RefusedAddress("This port is none of the web's.");
  // A number is never looked up.
  if (isIP(host) && !guard.isAllowed(host)) throw new RefusedAddress("Nobody may look there.");
  const options = { host, port: Number(port), lookup: guardedLookup(guard) };
  const servername = isIP(host) ? "" : host;
  const socket = isSecure ? connectTls({ ...options, servername, ALPNProtocols: ["http/1.1"] }) : connectPlain(options);
  const abort = () => socket.destroy(new Error("Its time was up."));
  signal.addEventListener("abort", abort, { once: true });
  socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error("Nobody answered.")));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(isSecure ? "secureConnect" : "connect", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("The connection ended.")));
    });
    if (!guard.isAllowed(socket.remoteAddress ?? "")) {
      throw new RefusedAddress("The connection led where nobody may look.");
    }
    socket.setTimeout(0);
    return socket;
  } catch (error) {
    socket.on("error", () => {});
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function guardedLookup({ isAllowed, lookup = nameServerLookup() }: Guard): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      if (error) return done(error, []);
      // One bad address among good ones is a name that plays with us.
      if (addresses.length === 0 || !addresses.every(({ address }) => isAllowed(address))) {
        return done(new RefusedAddress("This name leads where nobody may look."), []);
      }
      if (options.all) return done(null, addresses);
      const [first] = addresses;
      return done(null, first?.address ?? "", first?.family);
    });
  };
}
