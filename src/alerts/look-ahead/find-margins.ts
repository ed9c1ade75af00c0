/** Finds customers who cost more in their usage period than their plan brings in it; the operator is told. */
import { isBelowCost } from "../../core/alerts/negative-margin.ts";
import type { CustomerId } from "../../core/ids.ts";
import { formatInstant, type Instant } from "../../core/instant.ts";
import { windowAt } from "../../core/periods/window.ts";
import type { CustomerPlan } from "../../insights/read-subscribers.ts";
import type { Raise } from "../../ledger/ledger.ts";
import { DEPLOYMENT } from "../../ledger/rules/subjects.ts";
import type { CustomerTerms } from "./read-terms.ts";
import type { PeriodUse } from "./read-use.ts";

/** `paid`: what the overview reckons with: a month's price, or a twelfth of a year's, of those who pay. */
export function findMargin(of: {
  readonly terms: CustomerTerms;
  readonly periods: readonly PeriodUse[];
  readonly paid: ReadonlyMap<CustomerId, CustomerPlan>;
  readonly now: Instant;
}): Raise[] {
  const { customerId, period } = of.terms;
  const paid = of.paid.get(customerId);
  if (paid === undefined) return [];
  const amount = paid.monthlyPrice;
  const cost = of.periods
    .filter(({ periodStart }) => periodStart === period.start)
    .reduce((sum, { amounts }) => sum + amounts.cost, 0n);
  if (!isBelowCost({ cost, amount })) return [];
  return [
    {
      kind: "raise",
      customerId: DEPLOYMENT,
      mark: {
        counterKey: `negative_margin ${customerId} ${period.start}`,
        cap: 0n,
        threshold: 100,
      },
      told: {
        kind: "negative_margin",
        facts: {
          customer_id: customerId,
          plan: paid.slug,
          period_start: formatInstant(period.start),
          period_end: formatInstant(period.end),
          cost: String(cost),
          amount: String(amount),
        },
      },
      meter: "cost",
      threshold: 100,
      periodStart: windowAt("month", of.now, of.now).start,
    },
  ];
}
