/** A denial as the object that API.md promises: the same at the gateway, the library and the REST API. */
import { formatInstant } from "../core/instant.ts";
import type { CallScope, Limit } from "../core/limits/limit.ts";
import { nanoUsd, usdNumber, usdText } from "../core/money.ts";
import { providerTitle } from "../core/provider-titles.ts";
import type { Meter } from "../core/usage.ts";
import type { LimitDenial, PlanDenial } from "../ledger/ledger.ts";
import type { Denial } from "./call.ts";

/** The plan that would have let the call through. */
export interface Upgrade {
  readonly plan_id: number;
  readonly plan_name: string;
  readonly price_monthly: number;
  readonly reason: string;
  readonly url?: string;
}

/** Held calls end soon, but nobody knows when: a second is polite. */
const HELD_RETRY_SECONDS = 1;

const METER_WORDS: Readonly<Record<Meter, string>> = {
  calls: "calls",
  tokens: "tokens",
  input_tokens: "input tokens",
  output_tokens: "output tokens",
  cost: "provider cost",
  images: "images",
  characters: "characters",
  seconds: "seconds",
  pages: "pages",
};

/** What a refusal says, with amounts in the limit's own unit (dollars for cost). */
export function limitErrorBody(refusal: {
  denial: Denial;
  scope: CallScope;
  requestId: string;
  upgrade: Upgrade | null;
}): Readonly<Record<string, unknown>> & { readonly message: string } {
  const { denial, scope, requestId, upgrade } = refusal;
  const message = denialMessage(denial, scope, upgrade);
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

function denialMessage(denial: Denial, scope: CallScope, upgrade: Upgrade | null): string {
  const way = upgrade === null ? "" : ` ${upgrade.reason}`;
  if (!isLimitDenial(denial)) return planDenialMessage(denial, scope, way);
  const what = `${limitSubject(denial.limit)} ${METER_WORDS[denial.limit.meter]}`.trim();
  const used = shownText(denial.limit.meter, denial.used);
  const cap = shownText(denial.limit.meter, denial.cap);
  if (denial.code === "limit_held") {
    const held = shownText(denial.limit.meter, denial.held);
    return `${used} of ${cap} ${what} are used and ${held} are held by calls that still run; this call does not fit until they end.`;
  }
  const reset = formatInstant(denial.resetsAt);
  return `${used} of ${cap} ${what} are used; this call does not fit. The limit resets at ${reset}.${way}`;
}

function planDenialMessage({ code }: PlanDenial, scope: CallScope, way: string): string {
  const title = providerTitle(scope.provider);
  switch (code) {
    case "subscription_expired":
      return "The subscription was not paid and its grace time is over, so calls are refused. They work again once the open invoice is paid.";
    case "not_included":
      return `This plan does not include ${title}.${way}`;
    case "price_unknown":
      return (
        `No price is known for ${scope.model} at ${title}, and a limit on cost applies, so the call was refused. ` +
        `The operator can add one: \`purser prices add ${scope.provider} ${scope.model} input=… output=…\`, or POST /api/admin/prices.`
      );
  }
}

function limitSubject(limit: Limit): string {
  const parts = [
    limit.provider === undefined ? "" : providerTitle(limit.provider),
    limit.model,
    limit.operation,
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
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

function shownText(meter: Meter, amount: bigint): string {
  return meter === "cost" ? `$${usdText(nanoUsd(amount))}` : Number(amount).toLocaleString("en-US");
}
