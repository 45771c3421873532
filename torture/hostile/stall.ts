import { request } from "node:http";

/** A part of an upload whose bytes stop in the middle. */
export class Stall {
  readonly #request;

  constructor(url: URL, { size, headers }: { size: number; headers: Record<string, string> }) {
    this.#request = request(url, { method: "PUT", headers: { ...headers, "content-length": size } });
    this.#request.on("error", () => {});
    this.#request.on("response", (response) => response.resume());
    this.#request.write(Buffer.alloc(Math.floor(size / 2)));
  }

  end(): void {
    this.#request.destroy();
  }
}
