# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS build
WORKDIR /srv/adda
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
# Names the server actions: the same one for every image lets open pages go on over an upgrade (docs/operations.md).
ARG NEXT_SERVER_ACTIONS_ENCRYPTION_KEY
RUN npm run build && rm -rf .next/work

FROM node:22-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data HOST=0.0.0.0
WORKDIR /srv/adda
COPY --from=build /srv/adda /srv/adda
RUN npm prune --omit=dev && mkdir -p /data/files && chown -R node:node /data && chown -R node:node .next
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/api/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Not through npm: the signal to stop must reach Adda itself.
CMD ["node", "--import", "tsx", "server/main.ts"]
