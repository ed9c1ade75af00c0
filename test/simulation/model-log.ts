/** The model's memory: every call and everything counted, as one flat log that is added up anew for each question. */
import type { CallId, CustomerId, KeyId } from "../../src/core/ids.ts";
import type { CallScope, Limit, WindowName } from "../../src/core/limits/limit.ts";
import { type Amounts, METERS, type Meter, type Usage } from "../../src/core/usage.ts";
import type { Payer, Reserve } from "../../src/ledger/ledger.ts";
import { windowEnd, windowStart } from "./model-windows.ts";
import type { World } from "./world.ts";

/** Amounts are small enough here to be plain numbers, exactly. */
export type Sums = Readonly<Record<Meter, number>>;

/** Where and when something counts. */
export interface Place {
  readonly customerId: CustomerId;
  readonly keyId: KeyId | "";
  readonly scope: CallScope;
  readonly at: number;
  readonly periodStart: number;
}

/** An event, or a correction of one. */
export interface Entry extends Place {
  readonly sums: Sums;
  readonly eventId: CallId;
  readonly isEvent: boolean;
  readonly outcome: "success" | "failed";
  /** How many were written before it. */
  readonly index: number;
}

export interface ModelCall extends Place {
  readonly id: CallId;
  state: "held" | "released" | "ended";
  held: Sums;
  outputTokens: number | null;
  owner: string;
  expiresAt: number;
  readonly expected: { readonly usage: Usage; readonly cost: bigint };
  /** Of its event. */
  statusCode: number;
  source: string;
  unconfirmed: boolean;
  toldLate: boolean;
  /** What the event is worth now. */
  usage: Usage;
  cost: bigint;
  readonly corrections: Set<string>;
}

/** One limit as it stands for a call. */
export interface Bound {
  readonly subject: "customer" | "key" | "deployment";
  readonly limit: Limit;
  readonly cap: number;
  readonly counter: CounterName;
  readonly windowEnd: number;
}

export interface CounterName {
  readonly subject: string;
  readonly meter: Meter;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly per: WindowName;
  readonly windowStart: number;
  readonly windowEnd: number;
}

/** An operation that may bring an id of the caller's own. */
export type Named = Pick<Reserve, "payer" | "sourceId">;

export class ModelLog {
  readonly world: World;
  readonly calls = new Map<CallId, ModelCall>();
  /** Released long ago: nothing is kept of them. */
  readonly forgotten = new Set<CallId>();
  /** Those of the calls that are held. */
  readonly pending = new Set<ModelCall>();
  /** By customer and the caller's own id. */
  readonly #sourceIds = new Map<string, CallId>();
  readonly entries: Entry[] = [];
  readonly #byCustomer = new Map<string, Entry[]>();
  /** Counters that a limit has asked for, by name, and how much was in the log when it first did. */
  readonly asked = new Map<string, { readonly counter: CounterName; readonly from: number }>();

  constructor(world: World) {
    this.world = world;
  }

  add(entry: Omit<Entry, "index">): void {
    const indexed = { ...entry, index: this.entries.length };
    this.entries.push(indexed);
    const own = this.#byCustomer.get(entry.customerId);
    if (own === undefined) this.#byCustomer.set(entry.customerId, [indexed]);
    else own.push(indexed);
  }

  /** The caller's own id names that call from now on. */
  name(operation: Named, id: CallId): void {
    if (operation.sourceId !== undefined) this.#sourceIds.set(sourceKey(operation), id);
  }

  /** The call that the caller's own id names, if anything is still known of it. */
  namedBy(operation: Named): ModelCall | undefined {
    const id = this.#sourceIds.get(sourceKey(operation));
    return id === undefined ? undefined : this.calls.get(id);
  }

  /** Every limit with a cap that covers the call at that time; `scope` null: any call. */
  boundsOf(payer: Payer, scope: CallScope | null, at: number): Bound[] {
    const terms = this.world.terms.get(payer.customerId);
    if (terms === undefined) return [];
    const bounds: Bound[] = [];
    const add = (subject: Bound["subject"], name: string, limits: readonly Limit[]): void => {
      for (const limit of limits) {
        if (limit.cap.kind === "unlimited" || (scope !== null && !concerns(limit, scope))) continue;
        const per = subject === "deployment" && limit.per === "period" ? "month" : limit.per;
        const start = windowStart(per, at, terms.usageAnchor);
        const end = windowEnd(per, start, terms.usageAnchor);
        const counter = counterNamed(limit, name, start, end);
        bounds.push({ subject, limit, cap: Number(limit.cap.amount), counter, windowEnd: end });
      }
    };
    add("customer", payer.customerId, terms.plan.definition.limits);
    if (payer.keyId !== undefined)
      add("key", `key:${payer.keyId}`, this.world.keys.get(payer.keyId)?.limits ?? []);
    add("deployment", "deployment", this.world.deploymentLimits);
    return bounds;
  }

  /** A minute counts from when it was first asked for. */
  ask(bounds: readonly Bound[]): void {
    for (const { counter } of bounds) {
      const name = textOf(counter);
      if (!this.asked.has(name)) this.asked.set(name, { counter, from: this.entries.length });
    }
  }

  used(counter: CounterName): number {
    const isMinute = counter.per === "minute";
    const from = isMinute ? (this.asked.get(textOf(counter))?.from ?? this.entries.length) : 0;
    let sum = 0;
    for (const entry of this.#byCustomer.get(counter.subject) ?? this.entries) {
      if (entry.index < from || !isIn(counter, entry)) continue;
      sum += entry.sums[counter.meter];
      // It may be a correction of what the minute never counted: that takes away what is there at most.
      if (isMinute && sum < 0) sum = 0;
    }
    return sum;
  }

  held(counter: CounterName): number {
    let sum = 0;
    for (const call of this.pending) if (isIn(counter, call)) sum += call.held[counter.meter];
    return sum;
  }
}

function sourceKey({ payer, sourceId }: Named): string {
  return `${payer.customerId} ${sourceId}`;
}

export function isIn(counter: CounterName, one: Place): boolean {
  const { subject, provider, model, operation } = counter;
  const isWhose =
    subject === one.customerId || subject === "deployment" || subject === `key:${one.keyId}`;
  if (!isWhose) return false;
  const byPeriod = counter.per === "period" && subject !== "deployment";
  const isThen = byPeriod
    ? one.periodStart === counter.windowStart
    : counter.windowStart <= one.at && one.at < counter.windowEnd;
  return (
    isThen &&
    (provider === "*" || provider === one.scope.provider) &&
    (model === "*" || model === one.scope.model) &&
    (operation === "*" || operation === one.scope.operation)
  );
}

export function textOf(counter: Omit<CounterName, "windowEnd">): string {
  const { subject, meter, provider, model, operation, per, windowStart: start } = counter;
  return `${subject} ${meter} ${provider} ${model} ${operation} ${per} ${start}`;
}

export function sumsOf(amounts: Amounts): Sums {
  const sums: Partial<Record<Meter, number>> = {};
  for (const meter of METERS) sums[meter] = Number(amounts[meter]);
  return sums as Sums;
}

function counterNamed(limit: Limit, subject: string, start: number, end: number): CounterName {
  const { meter, provider = "*", model = "*", operation = "*", per } = limit;
  return { subject, meter, provider, model, operation, per, windowStart: start, windowEnd: end };
}

function concerns(limit: Limit, scope: CallScope): boolean {
  const { provider, model, operation } = limit;
  return (
    (provider ?? scope.provider) === scope.provider &&
    (model ?? scope.model) === scope.model &&
    (operation ?? scope.operation) === scope.operation
  );
}
