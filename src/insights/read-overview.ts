/** The deployment at a glance: what it cost, what it brings in, who uses it and who is near a limit. */
import type { CustomerId } from "../core/ids.ts";
import { DAY_MS, formatDate, type Instant } from "../core/instant.ts";
import { divideHalfEven, type NanoUsd, nanoUsd, usdNumber, ZERO_USD } from "../core/money.ts";
import type { Store } from "../store/store.ts";
import { type DayRange, rangeText } from "./day-range.ts";
import type { CustomerSum, DeploymentDays, OfDay } from "./deployment-days.ts";
import type { ModelSum } from "./performance-figures.ts";
import { type NearLimit, readNearLimits } from "./read-near-limits.ts";
import { type PlanSubscribers, readPlansOf, readSubscribers } from "./read-subscribers.ts";
import { percent } from "./usage-percentages.ts";

export interface TopCustomer {
  readonly customerId: CustomerId;
  readonly cost: number;
  readonly calls: number;
  /** null: no subscription, so the default plan. */
  readonly plan: string | null;
  readonly plan_price: number;
  readonly margin: number;
}

export interface Overview {
  readonly from: string;
  readonly to: string;
  readonly cost: number;
  readonly calls: number;
  readonly errors: number;
  readonly error_rate: number;
  readonly revenue: number;
  readonly monthly_revenue: number;
  readonly margin: number;
  readonly active_customers: number;
  readonly customers_total: number;
  readonly subscribers: {
    readonly plan_id: number;
    readonly slug: string;
    readonly name: string;
    readonly tier: PlanSubscribers["plan"]["tier"];
    readonly subscribers: number;
    readonly monthly_revenue: number;
  }[];
  readonly topCustomers: TopCustomer[];
  /** Of the hundred with the highest cost, the lowest margin first. */
  readonly lowestMargins: TopCustomer[];
  readonly top_models: {
    readonly provider: string;
    readonly model: string;
    readonly cost: number;
    readonly calls: number;
    readonly tokens: number;
    readonly error_rate: number;
  }[];
  readonly by_day: {
    readonly day: string;
    readonly cost: number;
    readonly calls: number;
    readonly errors: number;
  }[];
  readonly nearLimits: NearLimit[];
}

const TOP = 10;
const MARGINS_LOOKED_AT = 100;
/** A month's price is spread over so many days, so that a range of 30 days brings in a month's revenue. */
const MONTH_DAYS = 30n;

export async function readOverview(
  from: { readonly store: Store; readonly days: DeploymentDays },
  wanted: { readonly range: DayRange; readonly now: Instant },
): Promise<Overview> {
  const { store, days } = from;
  const { range, now } = wanted;
  const [models, customers, subscribers, customersTotal, nearLimits] = await Promise.all([
    days.models(range, now),
    days.customers(range, now),
    readSubscribers(store, now),
    countCustomers(store),
    readNearLimits(store, now),
  ]);
  const all = models.flatMap(({ rows }) => rows);
  const cost = costOf(all);
  const monthly = nanoUsd(subscribers.reduce((sum, each) => sum + each.monthlyRevenue, 0n));
  const revenue = inRange(monthly, range);
  const byCustomer = customerTotals(customers);
  const costly = await costlyCustomers(store, byCustomer, wanted);
  return {
    ...rangeText(range),
    cost: usdNumber(cost),
    ...outcomesOf(all),
    error_rate: errorRate(all),
    revenue: usdNumber(revenue),
    monthly_revenue: usdNumber(monthly),
    margin: usdNumber(nanoUsd(revenue - cost)),
    active_customers: byCustomer.filter(({ events }) => events > 0).length,
    customers_total: customersTotal,
    subscribers: subscribers
      .sort((a, b) => b.subscribers - a.subscribers || a.planId - b.planId)
      .map(shownSubscribers),
    topCustomers: costly.slice(0, TOP),
    lowestMargins: costly.toSorted((a, b) => a.margin - b.margin).slice(0, TOP),
    top_models: topModels(all),
    by_day: models.map(({ day, rows }) => ({
      day: formatDate(day),
      cost: usdNumber(costOf(rows)),
      ...outcomesOf(rows),
    })),
    nearLimits,
  };
}

async function countCustomers({ db }: Store): Promise<number> {
  const row = await db
    .selectFrom("customers")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function inRange(monthly: NanoUsd, { from, to }: DayRange): NanoUsd {
  return nanoUsd(divideHalfEven(monthly * BigInt((to - from) / DAY_MS), MONTH_DAYS));
}

function customerTotals(days: readonly OfDay<CustomerSum>[]): CustomerSum[] {
  const totals = new Map<CustomerId, CustomerSum>();
  for (const sum of days.flatMap(({ rows }) => rows)) {
    const { customerId } = sum;
    const before = totals.get(customerId) ?? { customerId, events: 0, calls: 0, cost: 0n };
    totals.set(customerId, {
      customerId,
      events: before.events + sum.events,
      calls: before.calls + sum.calls,
      cost: before.cost + sum.cost,
    });
  }
  return [...totals.values()];
}

/** The hundred with the highest cost, that first. */
async function costlyCustomers(
  store: Store,
  totals: readonly CustomerSum[],
  { range, now }: { readonly range: DayRange; readonly now: Instant },
): Promise<TopCustomer[]> {
  const top = [...totals].sort(byCost).slice(0, MARGINS_LOOKED_AT);
  const ids = top.map(({ customerId }) => customerId);
  const plans = await readPlansOf(store, ids, now);
  return top.map(({ customerId, cost, calls }) => {
    const plan = plans.get(customerId);
    const price = plan?.monthlyPrice ?? ZERO_USD;
    return {
      customerId,
      cost: usdNumber(nanoUsd(cost)),
      calls,
      plan: plan?.slug ?? null,
      plan_price: usdNumber(price),
      margin: usdNumber(nanoUsd(inRange(price, range) - cost)),
    };
  });
}

function topModels(sums: readonly ModelSum[]): Overview["top_models"] {
  const byModel = Map.groupBy(sums, ({ provider, model }) => JSON.stringify([provider, model]));
  return [...byModel.values()]
    .flatMap((ofModel) => {
      const [first] = ofModel;
      return first === undefined ? [] : [{ ...first, ofModel, cost: costOf(ofModel) }];
    })
    .sort(byCost)
    .slice(0, TOP)
    .map(({ provider, model, ofModel, cost }) => ({
      provider,
      model,
      cost: usdNumber(cost),
      calls: outcomesOf(ofModel).calls,
      tokens: ofModel.reduce((sum, { tokens }) => sum + tokens, 0),
      error_rate: errorRate(ofModel),
    }));
}

function shownSubscribers(of: PlanSubscribers): Overview["subscribers"][number] {
  return {
    plan_id: of.planId,
    ...of.plan,
    subscribers: of.subscribers,
    monthly_revenue: usdNumber(of.monthlyRevenue),
  };
}

function costOf(sums: readonly ModelSum[]): NanoUsd {
  return nanoUsd(sums.reduce((all, { cost }) => all + cost, 0n));
}

function outcomesOf(sums: readonly ModelSum[]): { calls: number; errors: number } {
  return {
    calls: sums.reduce((all, sum) => all + sum.calls, 0),
    errors: sums.reduce((all, sum) => all + sum.failed, 0),
  };
}

function errorRate(sums: readonly ModelSum[]): number {
  const events = sums.reduce((all, sum) => all + sum.events, 0);
  return percent(BigInt(outcomesOf(sums).errors), BigInt(events));
}

function byCost(a: { readonly cost: bigint }, b: { readonly cost: bigint }): number {
  if (a.cost === b.cost) return 0;
  return a.cost > b.cost ? -1 : 1;
}
