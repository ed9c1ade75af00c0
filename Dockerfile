# syntax=docker/dockerfile:1
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without scripts: the only one fetches a Node binary, and this image is one.
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
LABEL org.opencontainers.image.title="Purser" \
      org.opencontainers.image.description="Usage, limits and subscriptions for applications that sell AI features" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    PURSER_HOST=0.0.0.0 \
    PURSER_PORT=8787 \
    PURSER_DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY config ./config
COPY src ./src
RUN mkdir /data && chown node:node /data
USER node
VOLUME ["/data"]
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PURSER_PORT + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1 and answers SIGTERM: running calls end, and everything is settled.
ENTRYPOINT ["node", "src/cli/main.ts"]
CMD ["serve"]
