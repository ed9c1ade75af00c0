/** Lets pages of the origins that the operator names call the API from a browser. */
import type { FastifyInstance } from "fastify";

const ALLOWED_HEADERS =
  "Authorization, Content-Type, X-User-ID, X-Purser-Customer, Idempotency-Key, Last-Event-ID";
const ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE";
const EXPOSED_HEADERS =
  "x-purser-request-id, x-purser-next-cursor, x-purser-cost-usd, x-purser-output-capped, x-purser-refusal, retry-after";
const PREFLIGHT_SECONDS = "600";

/** Other origins get no permission, which is all it takes: their browsers keep the answer from the page. */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    reply.header("vary", "Origin");
    const isPreflight =
      request.method === "OPTIONS" &&
      request.headers["access-control-request-method"] !== undefined;
    if (origin !== undefined && origins.includes(origin)) {
      reply.header("access-control-allow-origin", origin);
      reply.header("access-control-expose-headers", EXPOSED_HEADERS);
      if (isPreflight) {
        reply.header("access-control-allow-methods", ALLOWED_METHODS);
        reply.header("access-control-allow-headers", ALLOWED_HEADERS);
        reply.header("access-control-max-age", PREFLIGHT_SECONDS);
      }
    }
    if (isPreflight) return reply.code(204).send();
  });
}
