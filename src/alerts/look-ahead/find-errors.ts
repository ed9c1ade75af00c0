/** Finds customers of whose calls far more fail than usual, and providers that fail everybody. */
import { highErrorRate, providerOutage } from "../../core/alerts/error-rate.ts";
import { DAY_MS, formatDate, formatInstant, HOUR_MS, type Instant } from "../../core/instant.ts";
import { windowAt } from "../../core/periods/window.ts";
import type { Raise } from "../../ledger/ledger.ts";
import { DEPLOYMENT } from "../../ledger/rules/subjects.ts";
import type { Store } from "../../store/store.ts";
import { lastFullHour } from "./read-active.ts";
import type { CustomerTerms } from "./read-terms.ts";
import type { DayUse, HourUse } from "./read-use.ts";

/** The usual rate is that of the whole UTC days before today. */
export function findErrorRate(of: {
  readonly terms: CustomerTerms;
  readonly lately: HourUse;
  readonly days: readonly DayUse[];
  readonly now: Instant;
}): Raise[] {
  const { terms, lately, now } = of;
  const before = of.days.filter(({ day }) => day + DAY_MS <= lastFullHour(now));
  const usual = before.reduce(
    (sum, { events, failed }) => ({ calls: sum.calls + events, failed: sum.failed + failed }),
    { calls: 0, failed: 0 },
  );
  const outcomes = { calls: lately.events, failed: lately.failed };
  const high = highErrorRate(outcomes, usual);
  if (high === null) return [];
  return [
    {
      kind: "raise",
      customerId: terms.customerId,
      mark: {
        counterKey: `error_rate ${formatDate(now)}`,
        cap: 0n,
        threshold: 100,
      },
      told: {
        kind: "error_rate",
        facts: {
          hour: formatInstant(lastFullHour(now)),
          ...outcomes,
          rate: high.rate,
          rate_least: high.rateLeast,
        },
      },
      threshold: 100,
      periodStart: terms.period.start,
    },
  ];
}

/** One read: all customers together, in the last full hour and the one that runs. */
export async function findOutages({ db }: Store, now: Instant): Promise<Raise[]> {
  const hour = lastFullHour(now);
  const rows = await db
    .selectFrom(
      db
        .selectFrom("rollups_hour")
        .select(["provider", "customer_id"])
        .select(({ fn, eb }) => [
          fn.sum<bigint>("events").as("calls"),
          fn
            .sum<bigint>(
              eb.case().when("outcome", "=", "failed").then(eb.ref("events")).else(0).end(),
            )
            .as("failed"),
        ])
        .where("starts_at", "in", [BigInt(hour), BigInt(hour + HOUR_MS)])
        .groupBy(["provider", "customer_id"])
        .as("each"),
    )
    .select("provider")
    .select(({ fn, eb }) => [
      fn.sum<bigint>("calls").as("calls"),
      fn.sum<bigint>("failed").as("failed"),
      fn.countAll<bigint>().as("customers"),
      fn
        .sum<bigint>(
          eb
            .case()
            .when(eb(eb("failed", "*", 2n), ">=", eb.ref("calls")))
            .then(1)
            .else(0)
            .end(),
        )
        .as("customers_failing"),
    ])
    .groupBy("provider")
    .orderBy("provider")
    .execute();
  return rows.flatMap((row) => {
    const outcomes = { calls: Number(row.calls), failed: Number(row.failed) };
    const high = providerOutage({
      ...outcomes,
      customers: Number(row.customers),
      customersFailing: Number(row.customers_failing),
    });
    return high === null ? [] : outageOf(row.provider, { ...outcomes, ...high }, now);
  });
}

function outageOf(
  provider: string,
  of: { calls: number; failed: number; rate: number; rateLeast: number },
  now: Instant,
): Raise {
  const { calls, failed, rate, rateLeast } = of;
  const running = lastFullHour(now) + HOUR_MS;
  return {
    kind: "raise",
    customerId: DEPLOYMENT,
    mark: { counterKey: `provider_outage ${provider} ${running}`, cap: 0n, threshold: 100 },
    told: {
      kind: "provider_outage",
      facts: {
        provider,
        hour: formatInstant(lastFullHour(now)),
        calls,
        failed,
        rate,
        rate_least: rateLeast,
      },
    },
    provider,
    threshold: 100,
    periodStart: windowAt("month", now, now).start,
  };
}
