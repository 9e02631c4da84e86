# Pagewise in one image: `api`, `worker`, or neither for both in one process.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# What is installed depends on these alone, so that a change of the sources does not install again.
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
COPY server/package.json server/
COPY worker/package.json worker/
COPY widget/package.json widget/
COPY examples/identity/package.json examples/identity/
COPY examples/node/package.json examples/node/
COPY examples/script-tag/package.json examples/script-tag/
RUN npm ci
COPY . .
RUN npm run build
# What the server needs when it runs, and nothing of what built it.
RUN npm ci --omit=dev --workspace=server --include-workspace-root=false

FROM node:24-bookworm-slim
# Bounds the memory of the processes that read PDFs; part of Debian's base.
RUN test -x /usr/bin/prlimit
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN mkdir /data && chown node:node /data
VOLUME /data
ENV HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
EXPOSE 8080
USER node
ENTRYPOINT ["node", "dist/main.js"]
