/** Deliberate faults in the rules, one at a time: a simulation that does not find them is no proof of anything. */
import type { CallId } from "../../src/core/ids.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { type Amounts, METERS, NO_AMOUNTS, usageOf } from "../../src/core/usage.ts";
import type { Operation, Settle } from "../../src/ledger/ledger.ts";
import { worthNow } from "../../src/ledger/rules/correct.ts";
import type { HoldRow, LedgerRows, Slot } from "../../src/ledger/rules/rows.ts";
import { applyOperations } from "../../src/ledger/rules.ts";
import { ALERT_MUTATIONS } from "./alert-faults.ts";
import {
  aheadTaken,
  deferredAndSwept,
  hourStartsAtNothing,
  releasedAnswers,
  sourceIdStuck,
} from "./mended-faults.ts";
import { type Applied, covering, externalHolds, withRows } from "./mutated-rows.ts";
import type { Rules } from "./store.ts";

export interface Mutation {
  readonly name: string;
  /** Anew for each run: some remember what they saw. */
  readonly rules: () => Rules;
}

/** The first eight are those that issue 4 names; the last five were the ledger's own. */
export const MUTATIONS: readonly Mutation[] = [
  { name: "release without un-holding", rules: () => releaseKeepsHeld },
  { name: "settle twice", rules: settleTwice },
  { name: "expire a settled hold", rules: expireSettled },
  { name: "threshold written twice", rules: () => overRows(() => ({ marks: () => [] })) },
  { name: "window off by one", rules: () => windowOffByOne },
  { name: "overrun dropped", rules: () => overrunDropped },
  { name: "one limit of two held", rules: () => oneLimitHeld },
  { name: "event without roll-up", rules: () => changed(() => ({ rollups: [] })) },
  { name: "settle forgets what was held", rules: () => settleKeepsHeld },
  { name: "cap one too high", rules: () => overLimits((limit) => raised(limit, 1n)) },
  { name: "soft limit refuses", rules: () => overLimits((limit) => ({ ...limit, atCap: "deny" })) },
  { name: "key's budget ignored", rules: () => overRows(() => ({ key: () => undefined })) },
  {
    name: "deployment's limits ignored",
    rules: () => overRows(() => ({ deploymentLimits: () => [] })),
  },
  {
    name: "new counter starts at nothing",
    rules: () => overRows(() => ({ seed: () => ({ used: 0n, held: 0n }) })),
  },
  { name: "source id counts twice", rules: () => overRows(() => ({ eventKey: () => undefined })) },
  { name: "sweeper finds nothing", rules: () => overRows(() => ({ due: () => [] })) },
  { name: "dead boot's end ends HTTP's holds", rules: () => overRows(endsExternal) },
  { name: "late settle not told", rules: () => lateSettleDropped },
  { name: "correction posted to now", rules: () => correctionPostedToNow },
  { name: "refusal not counted", rules: () => changed(() => ({ denials: [] })) },
  { name: "alert not written", rules: () => changed(() => ({ alerts: [], marks: [] })) },
  { name: "unpriced call let through", rules: () => overOperations(asPriced) },
  { name: "correction without its delta", rules: () => correctionUncounted },
  { name: "hold acknowledged, not written", rules: () => changed(() => ({ holds: new Map() })) },
  { name: "capped output not held", rules: () => overOperations(withoutOutput) },
  { name: "released hold answers a source id", rules: () => releasedAnswers },
  { name: "source id stuck to a released hold", rules: () => sourceIdStuck },
  { name: "hour starts at nothing", rules: () => hourStartsAtNothing },
  { name: "deferred and swept in one batch", rules: () => deferredAndSwept },
  { name: "time long ahead taken", rules: () => aheadTaken },
  ...ALERT_MUTATIONS,
];

/** The rules over rows that say something else. */
function overRows(change: (rows: LedgerRows) => Partial<LedgerRows>): Rules {
  return (rows, operations) => applyOperations(withRows(rows, change(rows)), operations);
}

function overLimits(change: (limit: Limit) => Limit): Rules {
  return overRows((rows) => ({
    deploymentLimits: () => rows.deploymentLimits().map(change),
    customer: (id) => {
      const terms = rows.customer(id);
      if (terms === undefined) return undefined;
      const { definition } = terms.plan;
      const limits = definition.limits.map(change);
      return { ...terms, plan: { ...terms.plan, definition: { ...definition, limits } } };
    },
  }));
}

function overOperations(change: (operation: Operation) => Operation): Rules {
  return (rows, operations) => applyOperations(rows, operations.map(change));
}

function changed(change: (applied: Applied) => Partial<Applied["changes"]>): Rules {
  return (rows, operations) => {
    const applied = applyOperations(rows, operations);
    return { ...applied, changes: { ...applied.changes, ...change(applied) } };
  };
}

const asPriced = (operation: Operation): Operation =>
  operation.kind === "reserve" ? { ...operation, priced: true } : operation;

const withoutOutput = (operation: Operation): Operation =>
  operation.kind === "reserve" ? { ...operation, output: { kind: "none" } } : operation;

function raised(limit: Limit, by: bigint): Limit {
  if (limit.cap.kind === "unlimited") return limit;
  return { ...limit, cap: { kind: "atMost", amount: limit.cap.amount + by } };
}

const releaseKeepsHeld: Rules = (rows, operations) => {
  const applied = applyOperations(rows, operations);
  for (const [index, { kind }] of operations.entries()) {
    const answer = applied.answers[index];
    const isNow = kind === "release" && answer?.kind === "released" && !answer.again;
    if (isNow) addHeld(applied, heldBefore(rows, operations[index]), 1n);
  }
  return applied;
};

const settleKeepsHeld: Rules = (rows, operations) => {
  const applied = applyOperations(rows, operations);
  for (const operation of operations)
    if (operation.kind === "settle") addHeld(applied, heldBefore(rows, operation), 1n);
  return applied;
};

function heldBefore(rows: LedgerRows, operation: Operation | undefined): HoldRow | null {
  if (operation === undefined || !("id" in operation)) return null;
  const hold = rows.hold(operation.id);
  return hold?.state === "pending" ? hold : null;
}

function addHeld({ changes }: Applied, hold: HoldRow | null, times: bigint): void {
  if (hold === null) return;
  for (const slot of covering(changes.counters, hold))
    slot.held += times * hold.held[slot.row.meter];
}

/** The second settle is counted once more, under another id. */
function settleTwice(): Rules {
  return (rows, operations) => {
    const again = operations.map((operation) => {
      const event = operation.kind === "settle" ? rows.event(operation.id)?.event : undefined;
      if (operation.kind !== "settle" || event === undefined || event.unconfirmed) return operation;
      const { customerId, keyId, scope, endpoint, source, streamed, id } = event;
      const payer = { customerId, ...(keyId === undefined ? {} : { keyId }) };
      const { facts } = operation;
      const twice = `${id}-twice` as CallId;
      return {
        kind: "record",
        id: twice,
        payer,
        scope,
        endpoint,
        source,
        streamed,
        facts,
      } as const;
    });
    const { answers, changes } = applyOperations(rows, again);
    return {
      changes,
      answers: answers.map((answer, index) => {
        const operation = operations[index];
        if (operation?.kind !== "settle" || answer.kind !== "recorded") return answer;
        const row = rows.event(operation.id);
        return {
          kind: "settled",
          again: true,
          event: row === undefined ? answer.event : worthNow(row),
        };
      }),
    };
  };
}

/** The sweeper still sees holds that have been settled. */
function expireSettled(): Rules {
  const settled = new Map<CallId, HoldRow>();
  return (rows, operations) => {
    const stale = (): HoldRow[] =>
      [...settled.values()].filter(({ expiresAt }) => expiresAt <= rows.at);
    const isExpiry = operations.length === 1 && operations[0]?.kind === "expire";
    const seen = isExpiry
      ? withRows(rows, {
          due: (operation) => [...rows.due(operation), ...stale()],
          hold: (id) => rows.hold(id) ?? settled.get(id),
        })
      : rows;
    const applied = applyOperations(seen, operations);
    for (const [id, hold] of applied.changes.holds) {
      const before = rows.hold(id);
      if (hold === null && before?.state === "pending" && !isExpiry)
        settled.set(id, { ...before, held: NO_AMOUNTS });
    }
    return applied;
  };
}

/** A call at the very instant that a minute begins counts in the minute, and the day, before. */
const windowOffByOne: Rules = (rows, operations) => {
  if (rows.at % 60_000 !== 0) return applyOperations(rows, operations);
  const before = (rows.at - 1) as typeof rows.at;
  const { answers, changes } = applyOperations(withRows(rows, { at: before }), operations);
  const now = <Of extends { readonly at: number }>(one: Of): Of =>
    one.at === before ? { ...one, at: rows.at } : one;
  return {
    answers: answers.map((answer) => ("at" in answer ? now(answer) : answer)),
    changes: {
      ...changes,
      holds: new Map(
        [...changes.holds].map(([id, hold]) => [id, hold === null ? null : now(hold)]),
      ),
      events: changes.events.map(now),
    },
  };
};

/** The event is right, and no counter goes past what was held. */
const overrunDropped: Rules = (rows, operations) => {
  const right = applyOperations(rows, operations);
  const cut = operations.map((operation) =>
    operation.kind === "settle" ? cutToHeld(operation, heldBefore(rows, operation)) : operation,
  );
  const { changes } = applyOperations(rows, cut);
  return { ...right, changes: { ...right.changes, counters: changes.counters } };
};

function cutToHeld(operation: Settle, hold: HoldRow | null): Settle {
  if (hold === null) return operation;
  const { usage, cost } = operation.facts;
  const most = (meter: keyof Amounts): number => Number(hold.held[meter]);
  const cut = usageOf({
    input: Math.min(usage.input ?? 0, most("input_tokens")),
    output: Math.min(usage.output ?? 0, most("output_tokens")),
  });
  const cutCost = cost < hold.held.cost ? cost : (hold.held.cost as typeof cost);
  return { ...operation, facts: { ...operation.facts, usage: cut, cost: cutCost } };
}

const oneLimitHeld: Rules = (rows, operations) => {
  const applied = applyOperations(rows, operations);
  for (const hold of applied.changes.holds.values()) {
    if (hold?.state !== "pending" || rows.hold(hold.id) !== undefined) continue;
    const [, second] = covering(applied.changes.counters, hold);
    if (second !== undefined) second.held -= hold.held[second.row.meter];
  }
  return applied;
};

function endsExternal(rows: LedgerRows): Partial<LedgerRows> {
  return {
    due: (operation) => {
      const due = rows.due(operation);
      if (!operation.deadBoots) return due;
      return [...due, ...externalHolds(rows)].filter((one, at, all) => all.indexOf(one) === at);
    },
  };
}

const lateSettleDropped: Rules = (rows, operations) => {
  const kept = operations.filter((operation) => !isLate(rows, operation));
  const { answers, changes } = applyOperations(rows, kept);
  const rest = [...answers];
  return {
    changes,
    answers: operations.flatMap((operation) => {
      const event = operation.kind === "settle" ? rows.event(operation.id)?.event : undefined;
      if (event !== undefined && isLate(rows, operation))
        return [{ kind: "settled", again: true, event } as const];
      return rest.splice(0, 1);
    }),
  };
};

function isLate(rows: LedgerRows, operation: Operation): boolean {
  return operation.kind === "settle" && rows.event(operation.id)?.event.unconfirmed === true;
}

const correctionPostedToNow: Rules = (rows, operations) =>
  applyOperations(
    withRows(rows, {
      event: (id) => {
        const row = rows.event(id);
        const isCorrected = operations.some((one) => one.kind === "correct" && one.eventId === id);
        return row === undefined || !isCorrected
          ? row
          : { ...row, event: { ...row.event, at: rows.at } };
      },
    }),
    operations,
  );

const correctionUncounted: Rules = (rows, operations) => {
  const applied = applyOperations(rows, operations);
  const isOnly = operations.every(({ kind }) => kind === "correct");
  if (!isOnly) return applied;
  const counters: readonly Slot[] = [];
  const rollups = applied.changes.rollups.map((row) => ({ ...row, sums: { ...row.sums } }));
  for (const { sums } of rollups) for (const meter of METERS) sums[meter] = 0n;
  return { ...applied, changes: { ...applied.changes, counters, rollups } };
};
