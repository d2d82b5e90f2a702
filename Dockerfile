# The server as an image: built with everything, shipped with what it runs on. How to use it: docs/operations.md#containers

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /papertape
COPY package.json package-lock.json .npmrc ./
COPY web/client/package.json web/client/
COPY web/desk/package.json web/desk/
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json codegen.ts ./
COPY prisma prisma
COPY schema schema
COPY src src
COPY web web
RUN npm run build && rm dist/.tsbuildinfo

# Without optional packages too: Prisma's command line and a compiler count as optional ones of Prisma's client.
# Of Prisma's query compilers only PostgreSQL's is ever loaded, and nothing reads type declarations or packages' source maps.
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /papertape
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --workspaces=false --no-audit --no-fund \
  && find node_modules/@prisma/client/runtime -name 'query_compiler_*' ! -name 'query_compiler_fast_bg.postgresql.*mjs' -delete \
  && find node_modules \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete

FROM node:20.20.2-bookworm-slim
# Keys are needed from the first request on. A server of another name than localhost gets it by ALLOWED_HOSTS.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 AUTH=on ALLOWED_HOSTS=localhost DATA_DIR=/data
WORKDIR /papertape
# The image's user "node". The program itself belongs to root, so that the server cannot change it.
RUN install -d -o 1000 -g 1000 /data
COPY package.json ./
COPY prisma/migrations prisma/migrations
COPY --from=packages /papertape/node_modules node_modules
COPY --from=build /papertape/dist dist
COPY --from=build /papertape/web/desk/dist web/desk/dist
USER 1000:1000
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=15s --timeout=8s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, with no shell or npm before it: it gets the signals, and ends gently.
CMD ["node", "--enable-source-maps", "dist/src/server/main.js"]
