/** Amounts, facts and events as short JSON lists: what operations and answers have in common between the threads. */
import type { CallId, CustomerId, KeyId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { CallScope, Limit } from "../../core/limits/limit.ts";
import { nanoUsd } from "../../core/money.ts";
import type { Amounts, Usage } from "../../core/usage.ts";
import type { EventFacts, EventSource, Payer, UsageEvent } from "../ledger.ts";

/** A whole number: a JSON number where that is exact, else text. */
export type Whole = number | string;
export type Flag = 0 | 1;

export function whole(value: bigint): Whole {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value.toString();
}

export function flag(value: boolean): Flag {
  return value ? 1 : 0;
}

export type WireAmounts = readonly [Whole, Whole, Whole, Whole, Whole, Whole, Whole, Whole, Whole];

export function packAmounts(a: Amounts): WireAmounts {
  return [
    whole(a.calls),
    whole(a.tokens),
    whole(a.input_tokens),
    whole(a.output_tokens),
    whole(a.cost),
    whole(a.images),
    whole(a.characters),
    whole(a.seconds),
    whole(a.pages),
  ];
}

export function unpackAmounts(w: WireAmounts): Amounts {
  return {
    calls: BigInt(w[0]),
    tokens: BigInt(w[1]),
    input_tokens: BigInt(w[2]),
    output_tokens: BigInt(w[3]),
    cost: BigInt(w[4]),
    images: BigInt(w[5]),
    characters: BigInt(w[6]),
    seconds: BigInt(w[7]),
    pages: BigInt(w[8]),
  };
}

export type WirePayer = readonly [customerId: CustomerId, keyId: KeyId | null];
export type WireScope = readonly [provider: string, model: string, operation: string];

export function packPayer(payer: Payer): WirePayer {
  return [payer.customerId, payer.keyId ?? null];
}

export function unpackPayer([customerId, keyId]: WirePayer): Payer {
  return keyId === null ? { customerId } : { customerId, keyId };
}

export function packScope(scope: CallScope): WireScope {
  return [scope.provider, scope.model, scope.operation];
}

export function unpackScope([provider, model, operation]: WireScope): CallScope {
  return { provider, model, operation };
}

export type WireFacts = readonly [
  usage: Usage,
  cost: Whole,
  lines: string,
  statedCost: Whole | null,
  calls: 0 | 1,
  model: string,
  statusCode: number,
  latencyMs: number,
  firstTokenMs: number | null,
  retryCount: number,
  estimated: Flag,
  unpriced: Flag,
  errorMessage: string | null,
  tags: Readonly<Record<string, string>> | null,
];

export function packFacts(facts: EventFacts): WireFacts {
  return [
    facts.usage,
    whole(facts.cost),
    facts.lines,
    facts.statedCost === undefined ? null : whole(facts.statedCost),
    facts.calls,
    facts.model,
    facts.statusCode,
    facts.latencyMs,
    facts.firstTokenMs ?? null,
    facts.retryCount,
    flag(facts.estimated),
    flag(facts.unpriced),
    facts.errorMessage ?? null,
    facts.tags ?? null,
  ];
}

export function unpackFacts(w: WireFacts): EventFacts {
  const [usage, cost, lines, stated, calls, model, statusCode, latencyMs, first, retryCount] = w;
  const [, , , , , , , , , , estimated, unpriced, errorMessage, tags] = w;
  return {
    usage,
    cost: nanoUsd(BigInt(cost)),
    lines,
    ...(stated === null ? {} : { statedCost: nanoUsd(BigInt(stated)) }),
    calls,
    model,
    statusCode,
    latencyMs,
    ...(first === null ? {} : { firstTokenMs: first }),
    retryCount,
    estimated: estimated === 1,
    unpriced: unpriced === 1,
    ...(errorMessage === null ? {} : { errorMessage }),
    ...(tags === null ? {} : { tags }),
  };
}

export type WireEvent = readonly [
  id: CallId,
  seq: number,
  payer: WirePayer,
  at: Instant,
  periodStart: Instant,
  scope: WireScope,
  endpoint: string,
  source: EventSource,
  streamed: Flag,
  unconfirmed: Flag,
  overrun: Flag,
  /** Null: as the operation told them. */
  facts: WireFacts | null,
];

/** `told`: the facts of the operation; where the event has just these, they are not sent back. */
export function packEvent(event: UsageEvent, told: EventFacts): WireEvent {
  return [
    event.id,
    event.seq,
    packPayer(event),
    event.at,
    event.periodStart,
    packScope(event.scope),
    event.endpoint,
    event.source,
    flag(event.streamed),
    flag(event.unconfirmed),
    flag(event.overrun),
    event.facts === told ? null : packFacts(event.facts),
  ];
}

export function unpackEvent(w: WireEvent, told: EventFacts): UsageEvent {
  const [id, seq, payer, at, periodStart, scope, endpoint, source, streamed, unconfirmed] = w;
  const [, , , , , , , , , , overrun, facts] = w;
  return {
    id,
    seq,
    ...unpackPayer(payer),
    at,
    periodStart,
    scope: unpackScope(scope),
    endpoint,
    source,
    streamed: streamed === 1,
    unconfirmed: unconfirmed === 1,
    overrun: overrun === 1,
    facts: facts === null ? told : unpackFacts(facts),
  };
}

export type WireLimit = readonly [Omit<Limit, "cap">, cap: Whole | null];

export function packLimit({ cap, ...rest }: Limit): WireLimit {
  return [rest, cap.kind === "unlimited" ? null : whole(cap.amount)];
}

export function unpackLimit([rest, cap]: WireLimit): Limit {
  if (cap === null) return { ...rest, cap: { kind: "unlimited" } };
  return { ...rest, cap: { kind: "atMost", amount: BigInt(cap) } };
}
