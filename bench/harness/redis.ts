import { connect } from "node:net";
import { freePort } from "./ports";
import { cpuSeconds, type Service, startService } from "./processes";

/** The system's own Redis, without persistence, for the processes of one chat. */
export class Redis {
  private constructor(
    readonly url: string,
    readonly service: Service,
    readonly port: number,
  ) {}

  static async start(): Promise<Redis> {
    const port = await freePort();
    const command = ["redis-server", "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const isReady = (line: string) => (/Ready to accept connections/.test(line) ? "yes" : undefined);
    return new Redis(`redis://127.0.0.1:${port}`, await startService(command, { isReady }), port);
  }

  cpuSeconds(): number {
    return cpuSeconds([this.service.pid]);
  }

  /** Messages published so far, sharded or not. */
  async publishes(): Promise<number> {
    const statistics = await this.#ask("INFO commandstats");
    const calls = [...statistics.matchAll(/cmdstat_s?publish:calls=(\d+)/g)];
    return calls.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }

  #ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = "";
      const socket = connect(this.port, "127.0.0.1", () => socket.write(`${command}\r\nQUIT\r\n`));
      socket.setEncoding("utf8").on("data", (text) => {
        answer += text;
      });
      socket.once("end", () => resolve(answer));
      socket.once("error", reject);
    });
  }
}
