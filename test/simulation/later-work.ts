/** What a provider says, when asked, of work that it answered later: the settle that the real poller would send. */
import { price } from "../../src/call/6-price.ts";
import { chargeFacts } from "../../src/call/charge-lines.ts";
import { unpackAsked } from "../../src/call/later/asked-work.ts";
import { usageOf } from "../../src/core/usage.ts";
import type { Settle } from "../../src/ledger/ledger.ts";
import type { AwaitedRow } from "../../src/ledger/rules/rows.ts";
import type { ClientCall } from "./client-call.ts";
import { PRICES } from "./prices.ts";

export function settleOfLater(call: ClientCall, work: AwaitedRow): Settle {
  const asked = unpackAsked(work.asked);
  const usage = usageOf({ input: call.inputTokens, output: call.billed?.output ?? 0 });
  const charge = price(
    {
      metered: { usage, model: asked.model, calls: 1, statusCode: 200, estimated: false },
      provider: call.provider,
      modelAsked: asked.model,
      at: asked.at,
    },
    { prices: PRICES },
  );
  return {
    kind: "settle",
    id: work.callId,
    source: "gateway",
    facts: {
      usage,
      ...chargeFacts(charge),
      calls: 1,
      model: asked.model,
      statusCode: 200,
      latencyMs: asked.latencyMs,
      retryCount: asked.retryCount,
      estimated: false,
    },
    onlyExternal: false,
  };
}
