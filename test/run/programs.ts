import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";

/** A browser of the machine's, or the one that Playwright fetched. */
export function findChromium(): string | null {
  const own = chromium.executablePath();
  return (
    process.env.PLAYWRIGHT_CHROMIUM ||
    findOnPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable") ||
    (existsSync(own) ? own : null)
  );
}

export function findRedisServer(): string | null {
  return process.env.REDIS_SERVER || findOnPath("redis-server", "valkey-server");
}

/** The library that moves a process's clock, where Debian and others keep it. */
export function findFaketime(): string | null {
  const name = "faketime/libfaketime.so.1";
  const folders = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
  ];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** @throws Error in one line that says what to install. */
export function provideFaketime(): void {
  if (findFaketime() || (installPackages("faketime") && findFaketime())) return;
  throw new Error("The torture run moves clocks: install faketime.");
}

/** @throws Error in one line that says what to install. */
export function provideChromium(): void {
  if (findChromium()) return;
  if (!installPackages("chromium")) runInstaller(process.execPath, [PLAYWRIGHT, "install", "chromium"]);
  if (findChromium()) return;
  throw new Error("The end-to-end tests need a browser: install chromium, or name one in PLAYWRIGHT_CHROMIUM.");
}

/** @throws Error in one line that says what to install. */
export function provideRedisServer(): void {
  if (findRedisServer() || (installPackages("redis-server") && findRedisServer())) return;
  throw new Error("The integration tests need Redis: install redis-server, or name one in REDIS_SERVER.");
}

/** @throws Error in one line that says what to install. */
export function provideNginx(): void {
  if (findOnPath("nginx") || (installPackages("nginx-light") && findOnPath("nginx"))) return;
  throw new Error("The integration tests need a proxy: install nginx.");
}

/** @throws Error in one line that says what to install. */
export function provideSwift(): void {
  const packages = ["swift-proxy", "swift-account", "swift-container", "swift-object"];
  const isThere = () => existsSync("/usr/bin/swift-proxy-server") && existsSync("/usr/bin/swift-object-server");
  if (isThere() || (installPackages(...packages) && isThere())) return;
  throw new Error(`The tests need an S3-compatible server: install Debian's ${packages.join(", ")}.`);
}

const PLAYWRIGHT = "node_modules/@playwright/test/cli.js";

/** Only where it is a matter of course: on Debian and its kin, as root. */
function installPackages(...names: string[]): boolean {
  if (process.getuid?.() !== 0 || !findOnPath("apt-get")) return false;
  return (
    runInstaller("apt-get", ["update", "-qq"]) &&
    runInstaller("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names])
  );
}

function runInstaller(command: string, args: string[]): boolean {
  process.stderr.write(`Installing: ${command} ${args.join(" ")}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // What it says is beside the point: whoever needs it is told in one line what to install.
  return spawnSync(command, args, { env, stdio: "ignore" }).status === 0;
}

function findOnPath(...names: string[]): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
