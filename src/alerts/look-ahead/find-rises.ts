/** Finds customers whose last 24 hours are far above their own normal. */
import {
  RISE_DAYS,
  RISE_TIMES_LEAST,
  type RisingMeter,
  suddenRise,
} from "../../core/alerts/sudden-rise.ts";
import { DAY_MS, formatDate, formatInstant, type Instant } from "../../core/instant.ts";
import type { Raise } from "../../ledger/ledger.ts";
import type { CustomerTerms } from "./read-terms.ts";
import type { DayUse, HourUse } from "./read-use.ts";

const METERS: readonly RisingMeter[] = ["cost", "calls"];

/** The normal is that of the 14 whole UTC days before the 24 hours began. */
export function findRises(of: {
  readonly terms: CustomerTerms;
  readonly lately: HourUse;
  readonly days: readonly DayUse[];
  readonly now: Instant;
}): Raise[] {
  const { terms, lately, now } = of;
  const firstOfLately = now - DAY_MS - (now % DAY_MS);
  const before = of.days.filter(
    ({ day }) => day < firstOfLately && day >= firstOfLately - RISE_DAYS * DAY_MS,
  );
  return METERS.flatMap((meter): Raise[] => {
    const amount = lately[meter];
    const rise = suddenRise({ meter, amount, days: byDay(before, meter) });
    if (rise === null) return [];
    return [
      {
        kind: "raise",
        customerId: terms.customerId,
        mark: {
          counterKey: `sudden_rise ${meter} ${formatDate(now)}`,
          cap: 0n,
          threshold: 100,
        },
        told: {
          kind: "sudden_rise",
          facts: {
            meter,
            until: formatInstant(now),
            amount: String(amount),
            usual: String(rise.usual),
            days: rise.days,
            times: rise.times,
            times_least: RISE_TIMES_LEAST,
          },
        },
        meter,
        threshold: 100,
        periodStart: terms.period.start,
      },
    ];
  });
}

/** A day on which a usage period begins has two rows. */
function byDay(days: readonly DayUse[], meter: RisingMeter): bigint[] {
  const sums = new Map<Instant, bigint>();
  for (const { day, amounts } of days) sums.set(day, (sums.get(day) ?? 0n) + amounts[meter]);
  return [...sums.values()];
}
