import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { S3Options } from "@/server/storage/s3";

// Debian's Python: it has the packages of the server.
const PYTHON = "/usr/bin/python3";

export type TestS3 = { options: S3Options; stop(): Promise<void> };

/**
 * OpenStack Swift, which speaks S3 and checks every signature, on a free port with an empty bucket.
 * @param origin whose pages may send to it; without one, no browser may.
 */
export async function startS3(origin = ""): Promise<TestS3> {
  const folder = await mkdtemp(join(tmpdir(), "adda-s3-"));
  const server = spawn(PYTHON, ["test/support/s3-server.py", folder, origin], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const exited = once(server, "exit");
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout }).on("line", (line) => {
      const found = /^listening (\d+)$/.exec(line)?.[1];
      if (found) resolve(found);
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`The S3-compatible server ended:\n${said}`)));
  });

  const options = {
    bucket: "adda-files",
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    prefix: "chat/",
    accessKeyId: "adda:tester",
    secretAccessKey: "testing",
  };
  const client = new S3Client({ ...options, credentials: options });
  await client.send(new CreateBucketCommand({ Bucket: options.bucket }));
  client.destroy();
  return {
    options,
    async stop() {
      server.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
