/** Administrators have an old month of events taken out of the log, part by part. */
import { parseInstant } from "../../core/instant.ts";
import type { Api } from "../api.ts";
import { detachMonth } from "../contract/endpoints/upkeep.ts";
import { type DetachPart, DetachRuns } from "../detach-runs.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { principalOf } from "../who-asks.ts";

export function monthRoutes(app: Api, ports: ApiPorts): void {
  const runs = new DetachRuns(ports.detachMonth);
  // What runs ends before the database is closed.
  app.addHook("onClose", async () => runs.stop());
  serve(app, detachMonth, async ({ body, request }) => {
    const { month: name, dry_run: dryRun, cursor } = body;
    const month = parseInstant(`${name}-01T00:00:00Z`, "month");
    const now = ports.clock.now();
    const { actor } = principalOf(request);
    const part = await (cursor === undefined
      ? runs.begin({ name, month, now, dryRun, actor })
      : runs.goOn(cursor));
    return shownPart(part);
  });
}

function shownPart({ month, dryRun, counted, done, next }: DetachPart) {
  const { events, balances } = counted;
  return {
    month,
    dry_run: dryRun,
    detached: done !== null && !dryRun,
    table: done?.table ?? null,
    archive: done?.archive ?? null,
    bytes: done?.bytes ?? null,
    counted: { events, balances },
    has_more: next !== null,
    ...(next === null ? {} : { next_cursor: next }),
  };
}
