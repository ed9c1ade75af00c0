/** A usage event as the API shows it. */
import { formatDate, formatInstant } from "../core/instant.ts";
import { usdNumber } from "../core/money.ts";
import type { UsageEvent } from "../ledger/ledger.ts";

interface ShownLine {
  bucket: string;
  quantity: number;
  unit_cost: number;
  cost: number;
  price_id: string;
}

export function shownEvent(event: UsageEvent, userId: string) {
  const { facts } = event;
  // Written by `call/charge-lines.ts`, in this very shape.
  const lines = JSON.parse(facts.lines) as ShownLine[];
  return {
    event_id: event.id,
    user_id: userId,
    key_id: event.keyId ?? null,
    timestamp: formatInstant(event.at),
    provider: event.scope.provider,
    model: facts.model,
    operation: event.scope.operation,
    source: event.source,
    usage: { ...facts.usage },
    cost: usdNumber(facts.cost),
    cost_lines: lines,
    ...(facts.statedCost === undefined ? {} : { stated_cost: usdNumber(facts.statedCost) }),
    status_code: facts.statusCode,
    response_time: facts.latencyMs / 1_000,
    ...(facts.firstTokenMs === undefined
      ? {}
      : { time_to_first_token: facts.firstTokenMs / 1_000 }),
    streamed: event.streamed,
    estimated: facts.estimated,
    unconfirmed: event.unconfirmed,
    unpriced: facts.unpriced,
    overrun: event.overrun,
    retry_count: facts.retryCount,
    tags: { ...facts.tags },
    billing_period: formatDate(event.periodStart),
  };
}
