/** Looks for what helps about an alert: a plan that has more of the limit, else a cheaper model for most of the use. */
import type { Advice, LimitFacts, Told } from "../core/alerts/alert-facts.ts";
import type { Counted } from "../core/amount-words.ts";
import type { CustomerId } from "../core/ids.ts";
import { DAY_MS, type Instant, instant, parseInstant } from "../core/instant.ts";
import { covers } from "../core/limits/limit.ts";
import { readLimit } from "../core/limits/read-limit.ts";
import { findUpgrade } from "../core/plans/find-upgrade.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import type { PriceRow } from "../core/pricing/price.ts";
import type { ModelAlternatives, NamedModel } from "../core/recommendations/model-alternatives.ts";
import {
  type PeriodAmounts,
  readDays,
  readPeriods,
} from "../insights/recommend/read-customer-sums.ts";
import { readModels } from "../insights/recommend/read-models.ts";
import type { Store } from "../store/store.ts";

export interface AdvicePorts {
  readonly store: Store;
  /** The newest version of every plan. */
  readonly plans: { all(): readonly PlanVersion[] };
  readonly modelAlternatives: readonly ModelAlternatives[];
  readonly prices: { find(wanted: NamedModel & { readonly at: Instant }): PriceRow | null };
}

export interface AdviceWanted {
  /** A customer's, or the deployment's: then nothing is advised. */
  readonly customerId: string;
  readonly told: Told;
  /** Of the usage period that it was raised in. */
  readonly periodStart: Instant;
}

/** Empty where nothing is known that helps. It reads roll-ups and a bounded number of the newest calls. */
export async function advise(ports: AdvicePorts, wanted: AdviceWanted): Promise<Advice> {
  const { told } = wanted;
  switch (told.kind) {
    case "threshold":
    case "limit_reached":
    case "projected":
      return adviseOnLimit(ports, wanted, told.facts);
    case "sudden_rise": {
      if (told.facts.meter !== "cost") return {};
      return cheaperModel(ports, wanted, { meter: "cost" });
    }
    case "error_rate":
    case "unpriced":
    case "audit_difference":
    case "dead_letter":
    case "provider_outage":
    case "negative_margin":
    case "retirement_failed":
      return {};
  }
}

async function adviseOnLimit(
  ports: AdvicePorts,
  wanted: AdviceWanted,
  facts: Omit<LimitFacts, "refused">,
): Promise<Advice> {
  switch (facts.subject) {
    // The operator's own limits, and those of their backend, are theirs to change.
    case "deployment":
      return {};
    // A plan does not change a key's budget.
    case "key":
      return facts.key_id === undefined
        ? {}
        : cheaperModel(ports, wanted, facts.limit, facts.key_id);
    case "customer": {
      const upgrade = upgradeOf(ports, facts);
      return upgrade === null ? cheaperModel(ports, wanted, facts.limit) : { upgrade };
    }
  }
}

function upgradeOf({ plans }: AdvicePorts, facts: Omit<LimitFacts, "refused">) {
  const all = plans.all();
  const current = all.find(({ definition }) => definition.slug === facts.plan);
  if (current === undefined) return null;
  return findUpgrade({ limit: readLimit(facts.limit) }, current.definition, all);
}

/** Fewer calls say too little of the rest, and less than a tenth is not worth a change. */
const SAMPLE_LEAST = 20;
const SAVING_PERCENT_LEAST = 10;

async function cheaperModel(
  ports: AdvicePorts,
  { customerId, periodStart, told }: AdviceWanted,
  limit: Counted,
  keyId?: string,
): Promise<Advice> {
  const { store } = ports;
  const customer = customerId as CustomerId;
  const used = await mostUsed(store, { customerId: customer, periodStart, limit, keyId });
  if (used.length === 0) return {};
  const at = priceInstant(told, periodStart);
  const { repriced } = await readModels(
    {
      store,
      alternatives: ports.modelAlternatives,
      priceOf: (named) => ports.prices.find({ ...named, at }),
    },
    {
      customerId: customer,
      sums: used,
      latencies: [],
      days: await readDays(store, {
        customerId: customer,
        since: instant(periodStart - (periodStart % DAY_MS)),
      }),
    },
  );
  const model = repriced[0];
  if (model === undefined || model.sample < SAMPLE_LEAST) return {};
  for (const other of model.alternatives) {
    const saving = Number(((model.cost - other.cost) * 100n) / model.cost);
    if (saving < SAVING_PERCENT_LEAST || !relieves(other, limit)) continue;
    const { provider, model: name } = other;
    return {
      cheaper_model: { provider, model: name, instead_of: model.model, saving_percent: saving },
    };
  }
  return {};
}

/** A cheaper model makes no fewer calls or tokens; so of those limits only one helps that the limit does not count. */
function relieves(other: NamedModel, limit: Counted): boolean {
  if (limit.meter === "cost") return true;
  return !covers(scopeOf(limit), { ...other, operation: limit.operation ?? "" });
}

/** What that period's most used model came to, of what the limit counts. Empty: nothing was used. */
async function mostUsed(
  store: Store,
  of: {
    readonly customerId: CustomerId;
    readonly periodStart: Instant;
    readonly limit: Counted;
    readonly keyId: string | undefined;
  },
): Promise<readonly PeriodAmounts[]> {
  const { limit, periodStart } = of;
  const sums = await readPeriods(store, {
    customerId: of.customerId,
    since: periodStart,
    ...(of.keyId === undefined ? {} : { keyId: of.keyId }),
  });
  const counted = sums.filter(
    (sum) => sum.periodStart === periodStart && covers(scopeOf(limit), sum.scope),
  );
  const models = [
    ...Map.groupBy(counted, ({ scope }) => JSON.stringify([scope.provider, scope.model])).values(),
  ];
  const amountOf = (model: readonly PeriodAmounts[]): bigint =>
    model.reduce((sum, { amounts }) => sum + amounts[limit.meter], 0n);
  return models.reduce<readonly PeriodAmounts[]>(
    (most, model) => (amountOf(model) > amountOf(most) ? model : most),
    [],
  );
}

function scopeOf({ provider, model, operation }: Counted) {
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(operation === undefined ? {} : { operation }),
  };
}

/** Prices as they were about when it was raised. */
function priceInstant(told: Told, periodStart: Instant): Instant {
  if (told.kind === "sudden_rise") return parseInstant(told.facts.until, "until");
  const isOfLimit = "window_start" in told.facts;
  return isOfLimit ? parseInstant(told.facts.window_start, "window_start") : periodStart;
}
