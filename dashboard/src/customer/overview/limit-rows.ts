/** The limits as the page lists them, the nearest to its cap first. */
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { shortDay } from "../../parts/format.ts";
import type { Filter } from "./filter.ts";
import {
  amountOf,
  exactAmount,
  fullOf,
  isSame,
  type LimitShape,
  type LimitUse,
  limitUseName,
} from "./limit-uses.ts";
import type { DashboardSeen } from "./seen.ts";

export interface LimitRow {
  readonly key: string;
  readonly name: string;
  /** Percent of the cap. */
  readonly used: number;
  readonly held: number;
  /** `167 of 5,000`. */
  readonly amount: string;
  /** The same to the last digit. */
  readonly exactly: string;
  /** What is left, what is held, when it resets, when it will be reached. */
  readonly notes: readonly string[];
  /** null: a limit of a period that is over. */
  readonly resetsAt: string | null;
}

type Ahead = readonly { readonly limit: LimitShape; readonly on: string }[];

/** Those that look at what the page is narrowed to. */
export function presentRows(limits: readonly LimitUse[], ahead: Ahead, filter: Filter): LimitRow[] {
  return limits
    .filter(({ limit }) => concerns(limit, filter))
    .map((use) => ({ use, full: fullOf(use) }))
    .sort((one, other) => other.full - one.full)
    .map(({ use }) => rowOf(use, ahead));
}

function concerns({ provider, model }: LimitShape, filter: Filter): boolean {
  const isProviders = provider === undefined || (filter.provider ?? provider) === provider;
  return isProviders && (model === undefined || (filter.model ?? model) === model);
}

function rowOf(use: LimitUse, ahead: Ahead): LimitRow {
  const { limit, used, held, max, remaining, percent, key } = use;
  const on = key === undefined ? ahead.find((each) => isSame(each.limit, limit))?.on : undefined;
  const shown = (amount: number): string => amountOf(limit, amount);
  return {
    key: [use.of, key?.id, limitUseName(use), max].join(" "),
    name: limitUseName(use),
    used: percent,
    held: max === 0 ? 0 : (held / max) * 100,
    amount: `${shown(used)} of ${shown(max)}`,
    exactly: `${exactAmount(limit, used)} of ${exactAmount(limit, max)}`,
    notes: [
      `${shown(remaining)} left`,
      ...(held > 0 ? [`${shown(held)} held`] : []),
      ...(on === undefined ? [] : [`used up on ${shortDay(`${on}T12:00:00Z`)} at this pace`]),
    ],
    resetsAt: use.resets_at,
  };
}

/** Of a period that is over, its use against the limits that hold now. */
export function pastRows(seen: DashboardSeen, filter: Filter): LimitRow[] {
  const { current_usage: usage, limits } = seen;
  const caps = Object.entries(limits.limits);
  const capOf = (field: string): number => {
    const cap = caps.find(([name]) => name === field)?.[1];
    return typeof cap === "number" ? cap : 0;
  };
  const providers = Object.entries(usage.provider_breakdown).flatMap(([provider, sums]) =>
    (["calls", "tokens"] as const).map((meter) => ({
      limit: { meter, provider },
      name: `${providerTitle(provider)} ${meter}`,
      used: sums[meter],
      max: capOf(`${provider}_${meter}`),
    })),
  );
  const cost = { meter: "cost", provider: undefined } as const;
  const whole = {
    limit: cost,
    name: "Provider cost",
    used: usage.total_cost,
    max: capOf("monthly_cost"),
  };
  return [whole, ...providers]
    .filter(({ limit, used, max }) => {
      const isWanted = filter.provider === undefined || limit.provider === filter.provider;
      return used > 0 && max > 0 && isWanted;
    })
    .map(({ limit, name, used, max }) => ({
      key: name,
      name,
      used: (used / max) * 100,
      held: 0,
      amount: `${amountOf(limit, used)} of ${amountOf(limit, max)}`,
      exactly: `${exactAmount(limit, used)} of ${exactAmount(limit, max)}`,
      notes: [`${amountOf(limit, Math.max(0, max - used))} left at the end`],
      resetsAt: null,
    }))
    .sort((one, other) => other.used - one.used);
}
