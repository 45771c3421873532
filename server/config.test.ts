import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CannotStart } from "./cannot-start";
import { environment, readConfig } from "./config";

const dataDir = mkdtempSync(join(tmpdir(), "adda-config-"));
afterAll(() => rmSync(dataDir, { recursive: true }));

const AUTH_SECRET = "x".repeat(32);

describe("readConfig", () => {
  it("needs nothing to be set", () => {
    const config = readConfig({ DATA_DIR: dataDir });
    expect(config).toMatchObject({ port: 3000, publicUrl: "http://localhost:3000", signUp: "open", processes: 1 });
  });

  it("takes an empty variable for one that is not set", () => {
    expect(readConfig({ AUTH_SECRET, PORT: "", DATABASE_URL: "" })).toMatchObject({
      port: 3000,
      databaseUrl: undefined,
    });
  });

  it("names every bad field, and shows no value", () => {
    const env = { PORT: "http", DATABASE_URL: "mysql://root:hunter2@db", SIGN_UP: "closed", AUTH_SECRET: "short" };
    expect(() => readConfig(env)).toThrow(CannotStart);
    const message = messageOf(() => readConfig(env));
    for (const name of Object.keys(env)) expect(message).toContain(`  ${name}: `);
    expect(message).not.toMatch(/hunter2|short(?!er)/);
  });

  it("takes sizes with a unit, and says what a size is", () => {
    const sizes = {
      FILE_BYTES_MAX: "1.5G",
      STORAGE_BYTES_PER_USER: "10 GB",
      STORAGE_BYTES_MAX: "2TiB",
      DISK_RESERVE_BYTES: "0",
    };
    expect(readConfig({ AUTH_SECRET, ...sizes })).toMatchObject({
      fileBytesMax: 1.5 * 1024 ** 3,
      storageBytesPerUser: 10 * 1024 ** 3,
      storageBytesMax: 2 * 1024 ** 4,
      diskReserveBytes: 0,
    });
    expect(messageOf(() => readConfig({ AUTH_SECRET, STORAGE_BYTES_PER_USER: "ten gigabytes" }))).toContain(
      'such as "512M"',
    );
  });

  it("asks for Redis when there are several processes", () => {
    expect(messageOf(() => readConfig({ AUTH_SECRET, PROCESSES: "2" }))).toContain("  REDIS_URL: ");
    expect(readConfig({ AUTH_SECRET, PROCESSES: "2", REDIS_URL: "redis://localhost" }).processes).toBe(2);
  });

  it("lets in this machine's own names only, until PUBLIC_URL says where Adda is", () => {
    expect(readConfig({ AUTH_SECRET, PORT: "4000" }).allowedOrigins).toEqual([
      "http://localhost:4000",
      "http://127.0.0.1:4000",
      "http://[::1]:4000",
    ]);
    const elsewhere = {
      AUTH_SECRET,
      PUBLIC_URL: "https://chat.example.org/",
      ALLOWED_ORIGINS: "https://a.org, http://b.org:81",
    };
    expect(readConfig(elsewhere)).toMatchObject({
      publicUrl: "https://chat.example.org",
      allowedOrigins: ["https://chat.example.org", "https://a.org", "http://b.org:81"],
    });
  });

  it("makes the secret that is not given once, for its owner's eyes only", () => {
    const { authSecret } = readConfig({ DATA_DIR: dataDir });
    const file = join(dataDir, "auth-secret");

    expect(authSecret.length).toBeGreaterThanOrEqual(32);
    expect(readConfig({ DATA_DIR: dataDir }).authSecret).toBe(authSecret);
    expect(readFileSync(file, "utf8").trim()).toBe(authSecret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe("docs/configuration.md and .env.example", () => {
  const table = readFileSync("docs/configuration.md", "utf8").matchAll(/^\| `([A-Z0-9_]+)` \| (?:`([^`]+)`)?/gm);
  const documented = [...table].map(([, name = "", value]) => ({ name, value }));
  const defaults: Record<string, unknown> = environment.parse({});

  it("have every variable, and no other", () => {
    const variables = Object.keys(environment.shape).sort();
    const examples = readFileSync(".env.example", "utf8").matchAll(/^# ([A-Z0-9_]+)=/gm);
    expect(documented.map(({ name }) => name).sort()).toEqual(variables);
    expect([...examples].map(([, name]) => name).sort()).toEqual(variables);
  });

  it.each(documented.filter(({ name }) => defaults[name] !== undefined))(
    "tell the default of $name",
    ({ name, value }) => {
      expect(value).toBe(String(defaults[name]));
    },
  );
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
