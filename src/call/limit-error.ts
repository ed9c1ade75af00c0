/** A denial as the object that API.md promises: the same at the gateway, the library and the REST API. */
import { formatInstant } from "../core/instant.ts";
import type { CallScope } from "../core/limits/limit.ts";
import { denialMessage } from "../core/messages/denial-message.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import type { Upgrade } from "../core/plans/find-upgrade.ts";
import type { Meter } from "../core/usage.ts";
import type { LimitDenial } from "../ledger/ledger.ts";
import type { Denial } from "./call.ts";

export type { Upgrade };

/** Held calls end soon, but nobody knows when: a second is polite. */
const HELD_RETRY_SECONDS = 1;

/** What a refusal says, with amounts in the limit's own unit (dollars for cost). */
export function limitErrorBody(refusal: {
  denial: Denial;
  scope: CallScope;
  requestId: string;
  upgrade: Upgrade | null;
}): Readonly<Record<string, unknown>> & { readonly message: string } {
  const { denial, scope, requestId, upgrade } = refusal;
  const message = denialMessage(denial, scope, upgrade?.reason ?? null);
  const envelope = {
    success: false,
    error: denial.code,
    message,
    detail: message,
    request_id: requestId,
    provider: scope.provider,
    ...(upgrade === null ? {} : { upgrade }),
  };
  if (isLimitDenial(denial)) return { ...envelope, ...limitFields(denial, scope) };
  return denial.code === "price_unknown" ? { ...envelope, model: scope.model } : envelope;
}

/** A limit refused, rather than the plan's list of providers or a missing price. */
export function isLimitDenial(denial: Denial): denial is LimitDenial {
  return "limit" in denial;
}

/** How long until a retry can help, in whole seconds. */
export function retryAfterSeconds(denial: LimitDenial): number {
  if (denial.code === "limit_held") return HELD_RETRY_SECONDS;
  return Math.max(1, Math.ceil((denial.resetsAt - denial.at) / 1_000));
}

function limitFields(denial: LimitDenial, scope: CallScope): Record<string, unknown> {
  const { limit } = denial;
  const shown = (amount: bigint): number => shownAmount(limit.meter, amount);
  return {
    usage_info: {
      operation_type: scope.operation,
      error_type: errorType(limit.meter),
      ...currentField(limit.meter, shown(denial.used)),
      ...(isTokens(limit.meter) ? { requested_tokens: shown(denial.requested) } : {}),
      limit: shown(denial.cap),
    },
    limit: {
      meter: limit.meter,
      ...(limit.provider === undefined ? {} : { provider: limit.provider }),
      ...(limit.model === undefined ? {} : { model: limit.model }),
      ...(limit.operation === undefined ? {} : { operation: limit.operation }),
      per: limit.per,
    },
    used: shown(denial.used),
    held: shown(denial.held),
    requested: shown(denial.requested),
    cap: shown(denial.cap),
    resets_at: formatInstant(denial.resetsAt),
    retry_after_seconds: retryAfterSeconds(denial),
  };
}

function isTokens(meter: Meter): boolean {
  return meter === "tokens" || meter === "input_tokens" || meter === "output_tokens";
}

function errorType(meter: Meter): string {
  if (isTokens(meter)) return "token_limit";
  if (meter === "calls") return "call_limit";
  return `${meter}_limit`;
}

function currentField(meter: Meter, used: number): Record<string, number> {
  if (isTokens(meter)) return { current_tokens: used };
  return meter === "cost" ? { current_cost: used } : { current_calls: used };
}

function shownAmount(meter: Meter, amount: bigint): number {
  return meter === "cost" ? usdNumber(nanoUsd(amount)) : Number(amount);
}
