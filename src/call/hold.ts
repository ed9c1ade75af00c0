/** The metered call for applications that call providers themselves: hold now, settle or release later. */
import type { CallId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { CallScope } from "../core/limits/limit.ts";
import type { NanoUsd } from "../core/money.ts";
import type { Usage } from "../core/usage.ts";
import type { Conflict, EventFacts, Payer, Settled, Unknown } from "../ledger/ledger.ts";
import type { RequestFacts } from "../providers/dialect.ts";
import { estimateOf } from "./2-estimate.ts";
import { hold, outputHold } from "./3-reserve.ts";
import { price } from "./6-price.ts";
import type { CallPorts, Reserved } from "./call.ts";
import { chargeFacts } from "./charge-lines.ts";

/** What the caller's own call will use at most, as far as they can say. */
export interface HoldSpec {
  readonly id: CallId;
  readonly payer: Payer;
  readonly scope: CallScope;
  readonly inputTokens: number;
  /** null: the operation writes no tokens, or the caller does not say. */
  readonly outputTokens: number | null;
  /** Buckets beyond tokens: images, pages, credits … */
  readonly units: Usage;
  readonly ttlMs: number;
  readonly sourceId?: string;
}

/** A refusal is a value. Throws `enforcement_unavailable` where limits cannot be read. */
export function holdCall(
  spec: HoldSpec,
  ports: Pick<CallPorts, "ledger" | "prices" | "clock">,
): Promise<Reserved> {
  const row = ports.prices.find({
    provider: spec.scope.provider,
    model: spec.scope.model,
    at: ports.clock.now(),
  });
  const estimated = estimateOf({ facts: factsOf(spec), price: row, units: spec.units });
  return hold(
    {
      kind: "reserve",
      id: spec.id,
      payer: spec.payer,
      scope: spec.scope,
      most: estimated.most,
      output: outputHold(estimated),
      expected: estimated.expected,
      priced: row !== null,
      endpoint: spec.scope.operation,
      streamed: false,
      ttlMs: spec.ttlMs,
      owner: "external",
      ...(spec.sourceId === undefined ? {} : { sourceId: spec.sourceId }),
    },
    ports,
  );
}

/** The caller sends its own request, so no bound of it is ever lowered. */
function factsOf(spec: HoldSpec): RequestFacts {
  return {
    model: spec.scope.model,
    streamed: false,
    inputTokensBound: spec.inputTokens,
    inputTokensExpected: spec.inputTokens,
    soft: false,
    output:
      spec.outputTokens === null ? { kind: "none" } : { kind: "named", tokens: spec.outputTokens },
    choices: 1,
    cutHurts: true,
    cacheWrite: "none",
    modalities: [],
    usageAsked: true,
  };
}

/** What really happened, told by the application. */
export interface ToldUsage {
  readonly usage: Usage;
  readonly model: string;
  readonly tier?: string;
  readonly statedCost?: NanoUsd;
  readonly statusCode: number;
  readonly latencyMs: number;
  readonly estimated: boolean;
  readonly errorMessage?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Ends a hold that was made over HTTP; again with the same id returns the first answer. */
export function settleHeld(
  held: { id: CallId; scope: CallScope; at: Instant; told: ToldUsage },
  ports: Pick<CallPorts, "ledger" | "prices">,
): Promise<Settled | Unknown | Conflict> {
  const facts = factsTold({ scope: held.scope, at: held.at, told: held.told }, ports);
  return ports.ledger.settle({
    kind: "settle",
    id: held.id,
    source: "reservation",
    facts,
    onlyExternal: true,
  });
}

/** Prices what an application told us, at the instant it happened. A 4xx of the provider counts as no call. */
export function factsTold(
  call: { scope: CallScope; at: Instant; told: ToldUsage },
  ports: Pick<CallPorts, "prices">,
): EventFacts {
  const { scope, at, told } = call;
  const refused =
    told.statusCode >= 400 && told.statusCode < 500 && Object.keys(told.usage).length === 0;
  const charge = price(
    {
      metered: { ...told, calls: refused ? 0 : 1 },
      provider: scope.provider,
      modelAsked: scope.model,
      at,
    },
    ports,
  );
  return {
    usage: told.usage,
    ...chargeFacts(charge),
    calls: refused ? 0 : 1,
    model: told.model,
    statusCode: told.statusCode,
    latencyMs: told.latencyMs,
    retryCount: 0,
    estimated: told.estimated,
    ...(told.errorMessage === undefined ? {} : { errorMessage: told.errorMessage }),
    ...(told.tags === undefined ? {} : { tags: told.tags }),
  };
}
