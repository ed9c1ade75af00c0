/** Finds the limits of plans that will be reached before their window ends, at this rate. */
import type { CustomerId } from "../../core/ids.ts";
import { DAY_MS, formatInstant, type Instant } from "../../core/instant.ts";
import { covers, type Limit } from "../../core/limits/limit.ts";
import { writeLimit } from "../../core/limits/read-limit.ts";
import { usedOf } from "../../core/limits/used-of.ts";
import type { Period } from "../../core/periods/period.ts";
import { windowAt } from "../../core/periods/window.ts";
import { PROJECTION_DAYS_MOST } from "../../core/projections/project.ts";
import { reachCap } from "../../core/projections/reach-cap.ts";
import type { Raise } from "../../ledger/ledger.ts";
import { counterWords } from "../../ledger/rules/which-counter.ts";
import type { Store } from "../../store/store.ts";
import type { CustomerTerms } from "./read-terms.ts";
import { type DayUse, type PeriodUse, readScopedDayUse, type ScopedDayUse } from "./read-use.ts";

/** From here on the thresholds tell it, with what is used and not with what may be. */
const PERCENT_MOST = 90;

interface Question {
  readonly terms: CustomerTerms;
  readonly limit: Limit;
  readonly cap: bigint;
  readonly window: Period;
  /** As the ledger's marks name the counter. */
  readonly counter: string;
}

interface PortionUse {
  readonly periods: ReadonlyMap<CustomerId, readonly PeriodUse[]>;
  readonly days: ReadonlyMap<CustomerId, readonly DayUse[]>;
}

/** Limits that are far from their cap cost no further read; of the others the last 56 days are read, all together. */
export async function findProjected(
  store: Store,
  of: { readonly terms: readonly CustomerTerms[]; readonly use: PortionUse; readonly now: Instant },
): Promise<Raise[]> {
  const { use, now } = of;
  const near = of.terms
    .filter(({ isExpired }) => !isExpired)
    .flatMap((terms) => questionsOf(terms, now))
    .filter((question) => couldReach(question, use, now));
  const open = await withoutTold(store, near);
  const customerIds = [...new Set(open.map(({ terms }) => terms.customerId))];
  const meters = new Set(open.map(({ limit }) => limit.meter));
  const days = await readScopedDayUse(store, {
    ...{ customerIds, now, meters },
    days: PROJECTION_DAYS_MOST,
  });
  const byCustomer = Map.groupBy(days, ({ customerId }) => customerId);
  return open.flatMap(
    (question) => projectedOf(question, byCustomer.get(question.terms.customerId) ?? [], of) ?? [],
  );
}

function questionsOf(terms: CustomerTerms, now: Instant): Question[] {
  return terms.plan.definition.limits.flatMap((limit) => {
    if (limit.cap.kind === "unlimited" || limit.cap.amount === 0n) return [];
    if (limit.per === "hour" || limit.per === "minute") return [];
    const window = windowAt(limit.per, now, terms.usageAnchor);
    const { meter, provider = "*", model = "*", operation = "*", per } = limit;
    const counter = counterWords({
      subject: terms.customerId,
      ...{ meter, provider, model, operation, per },
      windowStart: window.start,
      windowEnd: window.end,
    });
    return { terms, limit, cap: limit.cap.amount, window, counter };
  });
}

/**
 * Without a day's rows: of a period's limit the straight line must come to half the cap, of another the highest day of late,
 * all over the window, to half.
 */
function couldReach(question: Question, use: PortionUse, now: Instant): boolean {
  const { terms, limit, cap, window } = question;
  const length = BigInt(window.end - window.start);
  if (limit.per === "period") {
    const used = usedInPeriod(question, use.periods.get(terms.customerId) ?? []);
    const elapsed = BigInt(Math.max(now - window.start, DAY_MS));
    return !isTooLate(used, cap) && used * length * 2n >= cap * elapsed;
  }
  const days = use.days.get(terms.customerId) ?? [];
  const highest = days.reduce((most, { amounts }) => {
    const amount = amounts[limit.meter];
    return amount > most ? amount : most;
  }, 0n);
  return highest * length * 2n >= cap * BigInt(DAY_MS);
}

function isTooLate(used: bigint, cap: bigint): boolean {
  return used * 100n >= cap * BigInt(PERCENT_MOST);
}

function usedInPeriod({ terms, limit }: Question, rows: readonly PeriodUse[]): bigint {
  return usedOf(
    limit,
    rows.filter(({ periodStart }) => periodStart === terms.period.start),
  );
}

/** Told of already: by us, or by a threshold from 90 % on. */
async function withoutTold(
  { db }: Store,
  questions: readonly Question[],
): Promise<readonly Question[]> {
  if (questions.length === 0) return [];
  const rows = await db
    .selectFrom("alert_marks")
    .select(["customer_id", "counter_key", "cap", "threshold"])
    .where("customer_id", "in", [...new Set(questions.map(({ terms }) => terms.customerId))])
    .where(
      "counter_key",
      "in",
      questions.flatMap(({ counter }) => [counter, projectedKey(counter)]),
    )
    .where("threshold", ">=", BigInt(PERCENT_MOST))
    .execute();
  const told = new Set(rows.map((row) => `${row.counter_key} ${row.cap}`));
  return questions.filter(
    ({ counter, cap }) =>
      !told.has(`${counter} ${cap}`) && !told.has(`${projectedKey(counter)} ${cap}`),
  );
}

function projectedKey(counter: string): string {
  return `projected ${counter}`;
}

function projectedOf(
  question: Question,
  days: readonly ScopedDayUse[],
  { use, now }: { readonly use: PortionUse; readonly now: Instant },
): Raise | null {
  const { terms, limit, cap, window, counter } = question;
  const amounts = days
    .filter(({ scope }) => covers(limit, scope))
    .map(({ day, amounts: all }) => ({ day, amount: all[limit.meter] }));
  const used =
    limit.per === "period"
      ? usedInPeriod(question, use.periods.get(terms.customerId) ?? [])
      : amounts.reduce((sum, { day, amount }) => (day < window.start ? sum : sum + amount), 0n);
  if (isTooLate(used, cap)) return null;
  const reached = reachCap({ cap, used, window, now, days: summedByDay(amounts) });
  if (reached === null) return null;
  return {
    kind: "raise",
    customerId: terms.customerId,
    mark: { counterKey: projectedKey(counter), cap, threshold: 100 },
    told: {
      kind: "projected",
      facts: {
        limit: writeLimit(limit),
        subject: "customer",
        plan: terms.plan.definition.slug,
        threshold: 100,
        used: String(used),
        cap: String(cap),
        window_start: formatInstant(window.start),
        resets_at: formatInstant(window.end),
        projected: String(reached.projected),
        reached_at: formatInstant(reached.at),
      },
    },
    meter: limit.meter,
    provider: limit.provider ?? null,
    threshold: 100,
    periodStart: terms.period.start,
  };
}

function summedByDay(
  amounts: readonly { readonly day: Instant; readonly amount: bigint }[],
): { day: Instant; amount: bigint }[] {
  const sums = new Map<Instant, bigint>();
  for (const { day, amount } of amounts) sums.set(day, (sums.get(day) ?? 0n) + amount);
  return [...sums].map(([day, amount]) => ({ day, amount }));
}
