/** What the model says of alerts: one for each customer, counter, cap and threshold, the highest of those reached at once. */
import type { CustomerId } from "../../src/core/ids.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import type { Look, Raise } from "../../src/ledger/ledger.ts";
import type { Changes } from "../../src/ledger/rules/rows.ts";
import type { Answer } from "../../src/ledger/rules.ts";
import { type Bound, type CounterName, type ModelLog, textOf } from "./model-log.ts";
import type { Verdict } from "./verdict.ts";

const THRESHOLDS: readonly number[] = [80, 90, 100];
const PROMISE = "9: one alert";

interface Watched {
  readonly customerId: string;
  readonly limits: readonly Limit[];
  /** Where a limit says nothing itself. */
  readonly wanted: readonly number[];
}

/** What a look looks at: every limit with a cap of the plan and of the key, or of the deployment, that may alert at all. */
export function boundsOfLook(log: ModelLog, look: Look, at: number): Bound[] {
  const { world } = log;
  const isDeployment = "deployment" in look;
  const [anyone] = world.customers;
  const payer = isDeployment ? { customerId: anyone as CustomerId } : look.payer;
  return log
    .boundsOf(payer, null, at)
    .filter(({ subject }) => (subject === "deployment") === isDeployment)
    .filter(({ limit }) => !isShort(limit) || (limit.alertAt ?? []).length > 0);
}

function isShort({ per }: Pick<Limit, "per">): boolean {
  return per === "hour" || per === "minute";
}

export class ModelAlerts {
  readonly #log: ModelLog;
  readonly #verdict: Verdict;
  readonly #marks = new Map<string, number[]>();
  /** Marks that jobs asked for in this batch. */
  readonly #asked = new Set<string>();

  constructor(log: ModelLog, verdict: Verdict) {
    this.#log = log;
    this.#verdict = verdict;
  }

  /** What is wrong with the answer to a job that tells of something; null: nothing. */
  raise({ customerId, mark }: Raise, answer: Answer): string | null {
    const { counterKey, cap, threshold } = mark;
    const key = `${customerId} ${counterKey} ${cap}`;
    const before = this.#marks.get(key) ?? [];
    const isThere =
      customerId === "deployment" || this.#log.world.customers.some((id) => id === customerId);
    const again = !isThere || before.includes(threshold);
    if (!again) {
      this.#marks.set(key, [...before, threshold]);
      this.#asked.add(`${key} ${threshold}`);
    }
    const isRight = answer.kind === "raised" && answer.again === again;
    return isRight ? null : `${key} ${threshold} is ${again ? "told already" : "not told yet"}`;
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
      if (counter === undefined) continue;
      this.#judgeCounter(counter, refused.has(name), fresh);
    }
    const unwritten = [...this.#asked];
    this.#asked.clear();
    this.#verdict.check(unwritten.length === 0, PROMISE, () => `not told: ${unwritten.join(", ")}`);
    const left = [...fresh.keys()];
    this.#verdict.check(left.length === 0, PROMISE, () => `not due: ${left.join(", ")}`);
  }

  /** The new marks by whom and what they are for, each threshold once. */
  #takeMarks(changes: Changes): Map<string, { covered: number[]; alerted: number[] }> {
    const fresh = new Map<string, { covered: number[]; alerted: number[] }>();
    let others = 0;
    for (const { customerId, counterKey, cap, threshold, alertId } of changes.marks) {
      const key = `${customerId} ${counterKey} ${cap}`;
      if (counterKey.startsWith("unpriced ") || this.#asked.delete(`${key} ${threshold}`)) {
        others += alertId === null ? 0 : 1;
        continue;
      }
      const marks = fresh.get(key) ?? { covered: [], alerted: [] };
      fresh.set(key, marks);
      (alertId === null ? marks.covered : marks.alerted).push(threshold);
    }
    const alerts = [...fresh.values()].reduce((sum, { alerted }) => sum + alerted.length, others);
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
      const reached = thresholdsOf(limit, watched.wanted).filter(
        (threshold) => (early && threshold <= 100) || (used > 0 && used * 100 >= cap * threshold),
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
    const wanted = THRESHOLDS;
    if (subject === "deployment")
      return { customerId: "deployment", limits: world.deploymentLimits, wanted };
    for (const [id, { customerId, limits }] of world.keys) {
      if (subject !== `key:${id}`) continue;
      if (customerId === undefined) return { customerId: "deployment", limits, wanted };
      return { customerId, limits, wanted: this.#wantedBy(customerId) };
    }
    for (const [id, { plan }] of world.terms)
      if (subject === id)
        return { customerId: id, limits: plan.definition.limits, wanted: this.#wantedBy(id) };
    return { customerId: subject, limits: [], wanted };
  }

  #wantedBy(customerId: CustomerId): readonly number[] {
    const terms = this.#log.world.terms.get(customerId);
    return terms?.alertAt ?? terms?.plan.definition.alertAt ?? THRESHOLDS;
  }
}

/** A short window alerts only where its limit says so; a hard limit always says when it is reached. */
function thresholdsOf(limit: Limit, wanted: readonly number[]): readonly number[] {
  if (isShort(limit) && (limit.alertAt ?? []).length === 0) return [];
  const own = new Set(limit.alertAt ?? wanted);
  if (limit.atCap === "deny") own.add(100);
  return [...own].sort((one, other) => one - other);
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
