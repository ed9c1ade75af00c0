/** Is the process alive, and can it do its work. */
import { z } from "zod";
import { AppError } from "../../core/errors.ts";
import type { Api } from "../api.ts";
import { noQuery, success } from "../contract/envelope.ts";
import type { ApiPorts } from "../ports.ts";

const health = z.object({ status: z.literal("ok"), version: z.string() });
const readiness = z.object({
  status: z.literal("ready"),
  checks: z.record(z.string(), z.string()),
});

export function healthRoutes(app: Api, ports: ApiPorts): void {
  app.get("/healthz", {
    schema: {
      tags: ["health"],
      summary: "The process answers",
      querystring: noQuery,
      response: { 200: success(health) },
    },
    handler: async () => ({
      success: true as const,
      data: { status: "ok" as const, version: ports.version },
    }),
  });

  app.get("/readyz", {
    schema: {
      tags: ["health"],
      summary: "The database answers and has today's schema; 503 until then",
      querystring: noQuery,
      response: { 200: success(readiness) },
    },
    handler: async () => {
      const { ready, checks } = await ports.ready();
      if (!ready) throw new AppError("starting", "Purser is not ready to take calls.", { checks });
      return { success: true as const, data: { status: "ready" as const, checks: { ...checks } } };
    },
  });
}
