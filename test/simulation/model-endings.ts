/** What the model says of everything that ends, counts or mends a call; it changes the model's log as it goes. */
import type { CallId } from "../../src/core/ids.ts";
import { amountsOf, BUCKETS, NO_AMOUNTS, type Usage, usageOf } from "../../src/core/usage.ts";
import type {
  Correct,
  Defer,
  EventFacts,
  RecordEvent,
  Release,
  Settle,
  UsageEvent,
} from "../../src/ledger/ledger.ts";
import type { Answer } from "../../src/ledger/rules.ts";
import { isIn, type ModelCall, type ModelLog, type Sums, sumsOf } from "./model-log.ts";
import { windowStart } from "./model-windows.ts";

/** An event that the model says was written now. */
export interface Made {
  readonly call: ModelCall;
  readonly overrun: boolean;
}

/** Other people's clocks may be ahead by this much: DESIGN.md, "the instant of a call". */
const AHEAD_MOST_MS = 300_000;
const NOTHING: Sums = sumsOf(NO_AMOUNTS);

/** Each gives words for what is wrong with the answer, or null. */
export class ModelEndings {
  readonly made: Made[] = [];
  readonly #log: ModelLog;

  constructor(log: ModelLog) {
    this.#log = log;
  }

  settle(operation: Settle, answer: Answer): string | null {
    const call = this.#log.calls.get(operation.id);
    if (call === undefined || !mayEnd(call, operation.onlyExternal)) return only(answer, "unknown");
    if (call.state !== "ended") {
      this.end(call, { facts: operation.facts, source: operation.source, unconfirmed: false });
      return wrongEvent(answer, call, { again: false });
    }
    if (!call.unconfirmed || call.toldLate) return wrongEvent(answer, call, { again: true });
    call.toldLate = true;
    this.#correct(call, {
      usageDelta: difference(operation.facts.usage, call.usage),
      costDelta: operation.facts.cost - call.cost,
    });
    return wrongEvent(answer, call, { again: false });
  }

  release(operation: Release, answer: Answer): string | null {
    const call = this.#log.calls.get(operation.id);
    if (call === undefined || !mayEnd(call, operation.onlyExternal)) return only(answer, "unknown");
    if (call.state === "ended") return only(answer, "conflict");
    const again = call.state === "released";
    call.state = "released";
    this.#log.pending.delete(call);
    return answer.kind === "released" && answer.again === again
      ? null
      : `${answer.kind}, not released (again: ${again})`;
  }

  defer(operation: Defer, answer: Answer, at: number): string | null {
    const call = this.#log.calls.get(operation.id);
    if (call === undefined) return only(answer, "unknown");
    if (call.state === "held") {
      call.owner = "provider";
      call.expiresAt = at + operation.ttlMs;
    }
    return only(answer, "deferred");
  }

  record(operation: RecordEvent, answer: Answer, now: number): string | null {
    const { facts } = operation;
    const known = this.knownTo(operation);
    if (known !== undefined) {
      const duplicate = known.state === "ended";
      if (!duplicate) this.end(known, { facts, source: "reservation", unconfirmed: false });
      return wrongRecord(answer, known, duplicate);
    }
    if (isTooFarAhead(operation, now)) return "a time too far ahead was taken";
    const at = operation.timestamp ?? now;
    const call = this.begin({ operation, at, id: operation.id });
    this.#log.name(operation, operation.id);
    this.end(call, { facts, source: operation.source, unconfirmed: false });
    return wrongRecord(answer, call, false);
  }

  /** What a record tells of, where that is known: also a hold that was released, as long as it is remembered. */
  knownTo(operation: RecordEvent): ModelCall | undefined {
    return this.#log.namedBy(operation) ?? this.#log.calls.get(operation.id);
  }

  correct(operation: Correct, answer: Answer): string | null {
    const call = this.#log.calls.get(operation.eventId);
    if (call?.state !== "ended") return only(answer, "unknown");
    const again = call.corrections.has(operation.sourceId);
    if (!again) {
      if (leavesLess(call, operation)) return "a correction below nothing was taken";
      call.corrections.add(operation.sourceId);
      this.#correct(call, operation);
    }
    return answer.kind === "corrected" && answer.again === again
      ? null
      : `${answer.kind}, not corrected (again: ${again})`;
  }

  /** Something of which the model knows nothing yet. */
  begin(of: {
    operation: Pick<RecordEvent, "payer" | "scope">;
    at: number;
    id: CallId;
  }): ModelCall {
    const { payer, scope } = of.operation;
    const anchor = this.#log.world.terms.get(payer.customerId)?.usageAnchor ?? 0;
    const call: ModelCall = {
      id: of.id,
      customerId: payer.customerId,
      keyId: payer.keyId ?? "",
      scope,
      at: of.at,
      periodStart: windowStart("period", of.at, anchor),
      state: "released",
      held: NOTHING,
      outputTokens: null,
      owner: "",
      expiresAt: of.at,
      expected: { usage: {}, cost: 0n },
      statusCode: 0,
      source: "",
      unconfirmed: false,
      toldLate: false,
      usage: {},
      cost: 0n,
      corrections: new Set(),
    };
    this.#log.calls.set(of.id, call);
    return call;
  }

  end(
    call: ModelCall,
    by: {
      facts: Pick<EventFacts, "usage" | "cost" | "calls" | "statusCode">;
      source: string;
      unconfirmed: boolean;
    },
  ): void {
    const { usage, cost, calls, statusCode } = by.facts;
    const sums = sumsOf(amountsOf({ usage, cost, calls }));
    const overrun = call.state === "held" && this.#isOver(call, sums);
    this.#log.pending.delete(call);
    call.state = "ended";
    call.source = by.source;
    call.unconfirmed = by.unconfirmed;
    call.usage = usage;
    call.cost = cost;
    call.statusCode = statusCode;
    this.#log.add({ ...placeOf(call), eventId: call.id, isEvent: true, sums });
    this.made.push({ call, overrun });
  }

  /** Of what any counter counts, more was used than was held. */
  #isOver(call: ModelCall, sums: Sums): boolean {
    for (const { counter } of this.#log.asked.values()) {
      const { meter } = counter;
      if (sums[meter] > call.held[meter] && isIn(counter, call)) return true;
    }
    return false;
  }

  #correct(call: ModelCall, by: Pick<Correct, "usageDelta" | "costDelta">): void {
    const { usageDelta, costDelta } = by;
    const sums = sumsOf(amountsOf({ usage: usageDelta, cost: costDelta, calls: 0 }));
    call.usage = sum(call.usage, usageDelta);
    call.cost += costDelta;
    this.#log.add({ ...placeOf(call), eventId: call.id, isEvent: false, sums });
  }
}

export function isTooFarAhead({ timestamp }: RecordEvent, now: number): boolean {
  return timestamp !== undefined && timestamp > now + AHEAD_MOST_MS;
}

export function leavesLess(
  call: ModelCall,
  by: Pick<Correct, "usageDelta" | "costDelta">,
): boolean {
  const { usage, cost } = call;
  return (
    cost + by.costDelta < 0n ||
    BUCKETS.some((bucket) => (usage[bucket] ?? 0) + (by.usageDelta[bucket] ?? 0) < 0)
  );
}

function placeOf(call: ModelCall) {
  const { customerId, keyId, scope, at, periodStart, statusCode } = call;
  const isGood = statusCode >= 200 && statusCode < 400;
  const outcome: "success" | "failed" = isGood ? "success" : "failed";
  return { customerId, keyId, scope, at, periodStart, outcome };
}

/** Over HTTP nobody ends what was not made over HTTP. */
function mayEnd(call: ModelCall, onlyExternal: boolean): boolean {
  if (!onlyExternal) return true;
  return call.state === "ended" ? call.source === "reservation" : call.owner === "external";
}

function only(answer: Answer, kind: Answer["kind"]): string | null {
  return answer.kind === kind ? null : `${answer.kind}, not ${kind}`;
}

function wrongEvent(answer: Answer, call: ModelCall, of: { again: boolean }): string | null {
  if (answer.kind !== "settled") return `${answer.kind}, not settled`;
  if (answer.again !== of.again) return `settled again: ${answer.again}, not ${of.again}`;
  return wrongWorth(answer.event, call);
}

function wrongRecord(answer: Answer, call: ModelCall, duplicate: boolean): string | null {
  if (answer.kind !== "recorded") return `${answer.kind}, not recorded`;
  if (answer.duplicate !== duplicate)
    return `recorded twice: ${answer.duplicate}, not ${duplicate}`;
  return wrongWorth(answer.event, call);
}

function wrongWorth(event: UsageEvent, call: ModelCall): string | null {
  const { usage, cost } = event.facts;
  if (event.id !== call.id) return `event ${event.id}, not ${call.id}`;
  if (event.at !== call.at) return `event at ${event.at}, not ${call.at}`;
  if (cost !== call.cost) return `event costs ${cost}, not ${call.cost}`;
  const wrong = BUCKETS.find((bucket) => (usage[bucket] ?? 0) !== (call.usage[bucket] ?? 0));
  if (wrong !== undefined) return `event says ${usage[wrong]} ${wrong}, not ${call.usage[wrong]}`;
  const unconfirmed = call.unconfirmed && !call.toldLate;
  return event.unconfirmed === unconfirmed ? null : `unconfirmed: ${event.unconfirmed}`;
}

function difference(to: Usage, from: Usage): Correct["usageDelta"] {
  const delta: Partial<Record<keyof Usage, number>> = {};
  for (const bucket of BUCKETS) {
    const change = (to[bucket] ?? 0) - (from[bucket] ?? 0);
    if (change !== 0) delta[bucket] = change;
  }
  return delta;
}

function sum(usage: Usage, delta: Correct["usageDelta"]): Usage {
  const all: Partial<Record<keyof Usage, number>> = {};
  for (const bucket of BUCKETS) all[bucket] = (usage[bucket] ?? 0) + (delta[bucket] ?? 0);
  return usageOf(all);
}
