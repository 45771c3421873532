import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port";

export type TestProxy = { url: string; stop(): Promise<void> };

/** A real nginx with the very configuration that we ship, its upstreams and its port replaced. */
export async function startNginx(
  upstreams: readonly string[],
  file: "deploy/nginx.conf" | "deploy/nginx-one-machine.conf" = "deploy/nginx.conf",
): Promise<TestProxy> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), "adda-nginx-"));
  const shipped = await readFile(file, "utf8");
  const servers = upstreams.map((url) => `server ${new URL(url).host} max_fails=1 fail_timeout=2s;`);
  const configuration = shipped
    .replace(/(\s*server (adda-\d|127\.0\.0\.1):3000[^;]*;)+/, `\n${servers.join("\n")}`)
    .replace("listen 8080;", `listen 127.0.0.1:${port};`);
  if (/server \S+:3000/.test(configuration)) throw new Error(`${file} names upstreams that were not replaced.`);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${dir}/${name};`);
  const local = `daemon off;\npid ${dir}/nginx.pid;\nerror_log ${dir}/error.log;\n`;
  const path = join(dir, "nginx.conf");
  await writeFile(path, local + configuration.replace("http {", `http {\naccess_log off;\n${paths.join("\n")}`));

  const nginx = spawn("nginx", ["-c", path, "-p", dir], { stdio: ["ignore", "ignore", "pipe"] });
  await untilItAnswers(nginx, port);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const exited = once(nginx, "exit");
      nginx.kill("SIGQUIT");
      nginx.kill("SIGTERM");
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(nginx: ChildProcess, port: number): Promise<void> {
  let said = "";
  nginx.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  while (nginx.exitCode === null) {
    const answered = await fetch(`http://127.0.0.1:${port}/api/health`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nginx ended: ${said}`);
}
