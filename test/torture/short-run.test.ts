import { spawn } from "node:child_process";
import { expect, it } from "vitest";

it("keeps every promise while processes, databases and networks fail, and finds every planted bug", async () => {
  const { code, output } = await run(["--import", "tsx", "torture/main.ts", "--short"]);
  expect(code, output).toBe(0);
});

async function run(args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, output };
}
