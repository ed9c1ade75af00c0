/** What the model says of alerts: one for each customer, counter, cap and threshold, the highest of those reached at once. */
import type { Limit } from "../../src/core/limits/limit.ts";
import type { Changes } from "../../src/ledger/rules/rows.ts";
import { type CounterName, type ModelLog, textOf } from "./model-log.ts";
import type { Verdict } from "./verdict.ts";

const THRESHOLDS = [80, 90, 100] as const;
const PROMISE = "9: one alert";

interface Watched {
  readonly customerId: string;
  readonly limits: readonly Limit[];
}

export class ModelAlerts {
  readonly #log: ModelLog;
  readonly #verdict: Verdict;
  readonly #marks = new Map<string, number[]>();

  constructor(log: ModelLog, verdict: Verdict) {
    this.#log = log;
    this.#verdict = verdict;
  }

  /** `refused`: the counters whose hard limit was found used up in this batch; `lookedAt`: by the sweeper. */
  judge(
    changes: Changes,
    { refused, lookedAt }: { refused: ReadonlySet<string>; lookedAt: readonly string[] },
  ): void {
    const fresh = this.#takeMarks(changes);
    const names = changes.counters.map(({ row }) => textOf(row));
    const touched = new Set([...names, ...refused, ...lookedAt]);
    for (const name of touched) {
      const counter = this.#log.asked.get(name)?.counter;
      if (counter === undefined || counter.per === "hour" || counter.per === "minute") continue;
      this.#judgeCounter(counter, refused.has(name), fresh);
    }
    const left = [...fresh.keys()];
    this.#verdict.check(left.length === 0, PROMISE, () => `not due: ${left.join(", ")}`);
  }

  /** The new marks by whom and what they are for, each threshold once. */
  #takeMarks(changes: Changes): Map<string, { covered: number[]; alerted: number[] }> {
    const fresh = new Map<string, { covered: number[]; alerted: number[] }>();
    for (const { customerId, counterKey, cap, threshold, alertId } of changes.marks) {
      if (counterKey.startsWith("unpriced ")) continue;
      const key = `${customerId} ${counterKey} ${cap}`;
      const marks = fresh.get(key) ?? { covered: [], alerted: [] };
      fresh.set(key, marks);
      (alertId === null ? marks.covered : marks.alerted).push(threshold);
    }
    const alerts = [...fresh.values()].reduce((sum, { alerted }) => sum + alerted.length, 0);
    this.#verdict.check(
      alerts === changes.alerts.length,
      PROMISE,
      () => `${changes.alerts.length} alerts, but ${alerts} marks of alerts`,
    );
    return fresh;
  }

  #judgeCounter(
    counter: CounterName,
    refused: boolean,
    fresh: Map<string, { covered: number[]; alerted: number[] }>,
  ): void {
    const watched = this.#watchersOf(counter);
    const used = this.#log.used(counter);
    for (const limit of watched.limits) {
      if (limit.cap.kind === "unlimited" || !looksAt(limit, counter)) continue;
      const cap = Number(limit.cap.amount);
      const early = refused && limit.atCap === "deny";
      const reached = THRESHOLDS.filter(
        (threshold) => early || (used > 0 && used * 100 >= cap * threshold),
      );
      const key = `${watched.customerId} ${textOf(counter)} ${cap}`;
      const marked = fresh.get(key) ?? { covered: [], alerted: [] };
      fresh.delete(key);
      this.#judgeMarks(key, reached, marked);
    }
  }

  /** Of those that were reached and have no mark, the highest alerts, unless a higher one has its mark already. */
  #judgeMarks(
    key: string,
    reached: readonly number[],
    { covered, alerted }: { covered: readonly number[]; alerted: readonly number[] },
  ): void {
    const before = this.#marks.get(key) ?? [];
    const missing = reached.filter((threshold) => !before.includes(threshold));
    const highest = Math.max(...missing);
    const isNew = missing.length > 0 && before.every((threshold) => threshold < highest);
    const due = { alerted: isNew ? [highest] : [], all: missing };
    const all = [...covered, ...alerted].sort((one, other) => one - other);
    this.#verdict.check(
      `${alerted}` === `${due.alerted}` && `${all}` === `${due.all}`,
      PROMISE,
      () => `${key}: alerts at ${alerted}, marks ${all}; due were ${due.alerted} and ${due.all}`,
    );
    if (missing.length > 0) this.#marks.set(key, [...before, ...missing]);
  }

  #watchersOf({ subject }: CounterName): Watched {
    const { world } = this.#log;
    if (subject === "deployment")
      return { customerId: "deployment", limits: world.deploymentLimits };
    for (const [id, key] of world.keys)
      if (subject === `key:${id}`)
        return { customerId: key.customerId ?? "deployment", limits: key.limits };
    for (const [id, terms] of world.terms)
      if (subject === id) return { customerId: id, limits: terms.plan.definition.limits };
    return { customerId: subject, limits: [] };
  }
}

function looksAt(limit: Limit, counter: CounterName): boolean {
  return (
    limit.per === counter.per &&
    limit.meter === counter.meter &&
    (limit.provider ?? "*") === counter.provider &&
    (limit.model ?? "*") === counter.model &&
    (limit.operation ?? "*") === counter.operation
  );
}
