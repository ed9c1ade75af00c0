/** Is the process alive, can it do its work, and what did it do. */
import { AppError } from "../../core/errors.ts";
import type { Api } from "../api.ts";
import { checkAlive, checkReady, readMetrics } from "../contract/endpoints/health.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";

const PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

export function healthRoutes(app: Api, ports: ApiPorts): void {
  serve(app, checkAlive, () => ({ status: "ok" as const, version: ports.version }));

  serve(app, checkReady, async () => {
    const { ready, checks } = await ports.ready();
    if (!ready) throw new AppError("starting", "Purser is not ready to take calls.", { checks });
    return { status: "ready" as const, checks: { ...checks } };
  });

  serve(app, readMetrics, async ({ reply }) =>
    reply.type(PROMETHEUS_TEXT).send(await ports.metrics()),
  );
}
