import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";
import { parseKeep } from "./backup/keep";
import { parsePlaceAddress } from "./backup/place-address";
import { CannotStart } from "./cannot-start";
import { findOrCreateSecret, findPreviousSecret } from "./secrets";
import { bytes, count, duration, flag, origin, rate, secret, size, toMs } from "./setting-types";

const MEBIBYTE = 1024 * 1024;

/** Every variable that Adda reads, under its own name. docs/configuration.md explains each. */
export const environment = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
    HOST: z.string().optional(),
    DATA_DIR: z.string().default(".data"),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    DATABASE_POOL_SIZE: count(20, 2),
    DATABASE_WAIT_SECONDS: count(60, 0),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    PROCESSES: z.union([z.literal("auto").transform(() => availableParallelism()), count(1)]).default(1),
    PUBLIC_URL: origin.optional(),
    ALLOWED_ORIGINS: z
      .string()
      .transform((list) => list.split(",").map((entry) => entry.trim()))
      .pipe(z.array(origin))
      .optional(),
    TRUST_PROXY: z.union([flag, z.literal("forwarded")]).default(false),
    SIGN_UP: z.enum(["open", "invite"]).default("open"),
    AUTH_SECRET: secret.optional(),
    AUTH_SECRET_PREVIOUS: secret.optional(),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
    METRICS_TOKEN: secret.optional(),

    S3_BUCKET: z.string().optional(),
    S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    S3_REGION: z.string().default("us-east-1"),
    S3_ACCESS_KEY_ID: z.string().optional(),
    S3_SECRET_ACCESS_KEY: z.string().optional(),
    S3_FORCE_PATH_STYLE: flag.optional(),
    S3_PREFIX: z
      .string()
      .regex(/^([\w-]+\/)+$/, 'must be folders of letters, digits, "_" and "-", with a "/" at the end')
      .optional(),
    FILE_BYTES_MAX: bytes(256 * MEBIBYTE).refine((bytes) => bytes <= 5 * 1024 * MEBIBYTE, "must be at most 5 GiB"),
    PICTURE_PIXELS_MAX: count(50_000_000, 1_000_000),
    LINK_PREVIEWS: flag.default(true),
    UPLOADS_PER_USER: count(50),
    STORAGE_BYTES_PER_USER: bytes(10 * 1024 * MEBIBYTE),
    STORAGE_BYTES_PER_ROOM: bytes(50 * 1024 * MEBIBYTE),
    STORAGE_BYTES_MAX: size().optional(),
    DISK_RESERVE_BYTES: bytes(1024 * MEBIBYTE, 0),

    BACKUP_TO: z
      .string()
      .refine((text) => parsePlaceAddress(text) !== null, 'must be a folder or "s3://BUCKET/PREFIX"')
      .optional(),
    BACKUP_KEY_FILE: z.string().optional(),
    BACKUP_EVERY: duration.default("24h"),
    BACKUP_KEEP: z
      .string()
      .refine((text) => parseKeep(text) !== null, 'must be a rule such as "7d,4w,12m"')
      .optional(),

    SOCKETS_PER_USER: count(50),
    JOINS_PER_SOCKET: count(100),
    FIRST_FRAME_TIMEOUT_MS: count(30_000),
    UPGRADES_PER_ADDRESS_PER_MINUTE: count(300),
    CHAT_BURST_PER_USER: count(20),
    CHAT_PER_SECOND_PER_USER: rate(5),
    JOINED_BYTES_BURST_PER_USER: bytes(32 * MEBIBYTE, MEBIBYTE),
    JOINED_BYTES_PER_SECOND_PER_USER: rate(2 * MEBIBYTE),
    FRAME_BURST_PER_SOCKET: count(60),
    FRAMES_PER_SECOND_PER_SOCKET: rate(30),
    REST_BURST_PER_ADDRESS: count(120),
    REST_PER_SECOND_PER_ADDRESS: rate(20),
    PAGE_BURST_PER_USER: count(60),
    PAGES_PER_SECOND_PER_USER: rate(5),
    PAGE_BURST_PER_ADDRESS: count(300),
    PAGES_PER_SECOND_PER_ADDRESS: rate(30),
    FILE_BURST_PER_ADDRESS: count(1_000),
    FILES_PER_SECOND_PER_ADDRESS: rate(100),
    SIGN_IN_ATTEMPTS_PER_ACCOUNT: count(5),
    SIGN_IN_ATTEMPTS_PER_ADDRESS: count(50),
    SIGN_UPS_PER_ADDRESS_PER_HOUR: count(30),
    BUFFERED_BYTES_MAX: bytes(MEBIBYTE, 64 * 1024),
    REST_BODY_MAX_BYTES: bytes(64 * 1024, 1024),
    ROOMS_PER_USER: count(200),
    ROOMS_PER_USER_PER_HOUR: z.coerce.number().int().min(1).optional(),
    TOKENS_PER_USER: count(50),
    INVITES_PER_USER: count(100),
  })
  .refine(({ PROCESSES, REDIS_URL }) => PROCESSES === 1 || REDIS_URL, {
    path: ["REDIS_URL"],
    message: "several processes (PROCESSES) hear each other by Redis",
  })
  .refine(
    ({ S3_BUCKET, BACKUP_TO, S3_ENDPOINT, S3_ACCESS_KEY_ID }) =>
      S3_BUCKET || BACKUP_TO?.startsWith("s3://") || (!S3_ENDPOINT && !S3_ACCESS_KEY_ID),
    {
      path: ["S3_BUCKET"],
      message: "the other S3_ variables need the name of a bucket, or BACKUP_TO=s3://…",
    },
  );

type Environment = Record<string, string | undefined>;
export type TokenBucket = { burst: number; perSecond: number };
export type Config = ReturnType<typeof readConfig>;

/**
 * Reads the environment and makes the secrets that it lacks under `DATA_DIR`.
 * @throws CannotStart that names every bad field, and no value, since some are secrets.
 */
export function readConfig(env: Environment = process.env) {
  const given = parse(env);
  const publicUrl = given.PUBLIC_URL ?? `http://localhost:${given.PORT}`;
  const dataDir = resolve(given.DATA_DIR);
  const s3Access = {
    region: given.S3_REGION,
    endpoint: given.S3_ENDPOINT,
    accessKeyId: given.S3_ACCESS_KEY_ID,
    secretAccessKey: given.S3_SECRET_ACCESS_KEY,
    forcePathStyle: given.S3_FORCE_PATH_STYLE ?? given.S3_ENDPOINT !== undefined,
  };

  return {
    port: given.PORT,
    host: given.HOST,
    dataDir,
    databaseUrl: given.DATABASE_URL,
    databasePoolSize: given.DATABASE_POOL_SIZE,
    databaseWaitMs: given.DATABASE_WAIT_SECONDS * 1_000,
    redisUrl: given.REDIS_URL,
    processes: given.PROCESSES,
    publicUrl,
    hasPublicUrl: given.PUBLIC_URL !== undefined,
    allowedOrigins: [
      ...new Set([
        publicUrl,
        ...(given.PUBLIC_URL ? [] : loopbackOrigins(given.PORT)),
        ...(given.ALLOWED_ORIGINS ?? []),
      ]),
    ],
    trustProxy: given.TRUST_PROXY,
    signUp: given.SIGN_UP,
    previousAuthSecrets: [given.AUTH_SECRET_PREVIOUS ?? findGeneratedBefore(given.AUTH_SECRET, dataDir) ?? []].flat(),
    authSecret: given.AUTH_SECRET ?? findOrCreateSecret(dataDir, "auth-secret"),
    logLevel: given.LOG_LEVEL,
    metricsToken: given.METRICS_TOKEN,

    s3Access,
    s3: given.S3_BUCKET ? { ...s3Access, bucket: given.S3_BUCKET, prefix: given.S3_PREFIX ?? "" } : null,
    fileBytesMax: given.FILE_BYTES_MAX,
    picturePixelsMax: given.PICTURE_PIXELS_MAX,
    linkPreviews: given.LINK_PREVIEWS,
    uploadsPerUser: given.UPLOADS_PER_USER,
    storageBytesPerUser: given.STORAGE_BYTES_PER_USER,
    storageBytesPerRoom: given.STORAGE_BYTES_PER_ROOM,
    storageBytesMax: given.STORAGE_BYTES_MAX,
    diskReserveBytes: given.DISK_RESERVE_BYTES,

    backupKeyFile: given.BACKUP_KEY_FILE ?? null,
    backups: given.BACKUP_TO
      ? { to: given.BACKUP_TO, everyMs: toMs(given.BACKUP_EVERY), keep: given.BACKUP_KEEP ?? null }
      : null,

    socketsPerUser: given.SOCKETS_PER_USER,
    joinsPerSocket: given.JOINS_PER_SOCKET,
    firstFrameTimeoutMs: given.FIRST_FRAME_TIMEOUT_MS,
    upgradesPerAddressPerMinute: given.UPGRADES_PER_ADDRESS_PER_MINUTE,
    chatRatePerUser: bucket(given.CHAT_BURST_PER_USER, given.CHAT_PER_SECOND_PER_USER),
    joinedBytesRatePerUser: bucket(given.JOINED_BYTES_BURST_PER_USER, given.JOINED_BYTES_PER_SECOND_PER_USER),
    frameRatePerSocket: bucket(given.FRAME_BURST_PER_SOCKET, given.FRAMES_PER_SECOND_PER_SOCKET),
    restRatePerAddress: bucket(given.REST_BURST_PER_ADDRESS, given.REST_PER_SECOND_PER_ADDRESS),
    pageRatePerUser: bucket(given.PAGE_BURST_PER_USER, given.PAGES_PER_SECOND_PER_USER),
    pageRatePerAddress: bucket(given.PAGE_BURST_PER_ADDRESS, given.PAGES_PER_SECOND_PER_ADDRESS),
    fileRatePerAddress: bucket(given.FILE_BURST_PER_ADDRESS, given.FILES_PER_SECOND_PER_ADDRESS),
    signInAttempts: { perAccount: given.SIGN_IN_ATTEMPTS_PER_ACCOUNT, perAddress: given.SIGN_IN_ATTEMPTS_PER_ADDRESS },
    signUpsPerAddressPerHour: given.SIGN_UPS_PER_ADDRESS_PER_HOUR,
    bufferedBytesMax: given.BUFFERED_BYTES_MAX,
    restBodyMaxBytes: given.REST_BODY_MAX_BYTES,
    roomsPerUser: given.ROOMS_PER_USER,
    roomsPerUserPerHour: given.ROOMS_PER_USER_PER_HOUR ?? Math.ceil(given.ROOMS_PER_USER / 2),
    tokensPerUser: given.TOKENS_PER_USER,
    invitesPerUser: given.INVITES_PER_USER,
  };
}

const KEY = Symbol.for("adda.config");
const holder = globalThis as typeof globalThis & { [KEY]?: Config };

/** The process's configuration; the copy of this module that Next bundles sees the same one. */
export function config(): Config {
  holder[KEY] ??= readConfig();
  return holder[KEY];
}

export function setConfig(value: Config): void {
  holder[KEY] = value;
}

function parse(env: Environment) {
  // An empty variable is what `NAME=` in a file or a compose file leaves: it means "not set".
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(set);
  if (parsed.success) return parsed.data;

  const lines = parsed.error.issues.map(({ path, message }) => `  ${String(path[0])}: ${message}`);
  throw new CannotStart(["Adda cannot start with this configuration:", ...new Set(lines)].join("\n"));
}

/** Without PUBLIC_URL only this machine's own names are let in: any other name is the operator's to allow. */
function loopbackOrigins(port: number): string[] {
  return [`http://127.0.0.1:${port}`, `http://[::1]:${port}`];
}

/** The secret that `secrets rotate` replaced: it says nothing about one that the operator gives. */
function findGeneratedBefore(given: string | undefined, dataDir: string): string | null {
  return given ? null : findPreviousSecret(dataDir, "auth-secret");
}

function bucket(burst: number, perSecond: number): TokenBucket {
  return { burst, perSecond };
}
