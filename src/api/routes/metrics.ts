/** What this process did, for Prometheus: the deployment's cost is in it, so it is not for customers. */
import type { Api } from "../api.ts";
import { noQuery } from "../contract/envelope.ts";
import type { ApiPorts } from "../ports.ts";

/** Prometheus sends a service or admin key as `authorization: { credentials_file: … }`. */
export function metricsRoute(app: Api, ports: Pick<ApiPorts, "metrics">): void {
  app.get("/metrics", {
    config: { audience: "service" },
    schema: { hide: true, querystring: noQuery },
    handler: async (_request, reply) =>
      reply.type("text/plain; version=0.0.4; charset=utf-8").send(await ports.metrics()),
  });
}
