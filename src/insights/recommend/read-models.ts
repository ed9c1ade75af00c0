/** What each model a customer used came to, and what cheaper ones would have. */
import type { CustomerId } from "../../core/ids.ts";
import { latencyAt } from "../../core/latency-histogram.ts";
import { divideHalfEven, type NanoUsd, nanoUsd, usdNumber, ZERO_USD } from "../../core/money.ts";
import type { PriceRow } from "../../core/pricing/price.ts";
import type { RepricedModel } from "../../core/recommendations/cheaper-models.ts";
import {
  cheaperThan,
  type ModelAlternatives,
  type NamedModel,
} from "../../core/recommendations/model-alternatives.ts";
import type { DayAmounts } from "../../core/recommendations/recommendation.ts";
import { reprice } from "../../core/recommendations/reprice.ts";
import type { Store } from "../../store/store.ts";
import type { LatencySum } from "../performance-figures.ts";
import { percent } from "../usage-percentages.ts";
import type { PeriodAmounts } from "./read-customer-sums.ts";
import { sampleCalls } from "./sample-calls.ts";

export interface ModelInsight {
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: number;
  readonly cost_per_call: number;
  readonly p50_ms: number | null;
  readonly error_rate: number;
  readonly alternatives: {
    readonly provider: string;
    readonly model: string;
    readonly cost: number;
    readonly saving: number;
  }[];
}

/** Prices and alternatives, from outside. */
export interface ModelPorts {
  readonly store: Store;
  readonly alternatives: readonly ModelAlternatives[];
  /** The rates in force now; null: none are known. */
  readonly priceOf: (wanted: NamedModel) => PriceRow | null;
}

const SHOWN_MOST = 50;
/** Alternatives are worked out for the dearest models only: each costs a read of its calls. */
const REPRICED_MOST = 10;

/** The dearest first. `days`: the latest days' use, which calls are sampled from. */
export async function readModels(
  ports: ModelPorts,
  of: {
    readonly customerId: CustomerId;
    readonly sums: readonly PeriodAmounts[];
    readonly latencies: readonly LatencySum[];
    readonly days: readonly DayAmounts[];
  },
): Promise<{ models: ModelInsight[]; repriced: RepricedModel[] }> {
  const used = [...Map.groupBy(of.sums, ({ scope }) => nameOf(scope)).values()]
    .flatMap((sums) => modelOf(sums) ?? [])
    .sort(dearestFirst)
    .slice(0, SHOWN_MOST);
  const repriced = await Promise.all(
    used.slice(0, REPRICED_MOST).map((model) => withAlternatives(ports, of, model)),
  );
  const alternativesOf = new Map(repriced.map((model) => [nameOf(model), model.alternatives]));
  const latenciesOf = Map.groupBy(of.latencies, nameOf);
  const models = used.map((model) => ({
    provider: model.provider,
    model: model.model,
    calls: Number(model.calls),
    tokens: Number(model.tokens),
    cost: usdNumber(model.cost),
    cost_per_call: perCall(model),
    p50_ms: latencyAt(0.5, latenciesOf.get(nameOf(model)) ?? []),
    error_rate: percent(BigInt(model.failed), BigInt(model.events)),
    alternatives: (alternativesOf.get(nameOf(model)) ?? []).map(
      ({ provider, model: name, cost }) => ({
        provider,
        model: name,
        cost: usdNumber(cost),
        saving: usdNumber(nanoUsd(model.cost - cost)),
      }),
    ),
  }));
  return { models, repriced };
}

interface UsedModel extends NamedModel {
  readonly calls: bigint;
  readonly tokens: bigint;
  readonly cost: NanoUsd;
  readonly events: number;
  readonly failed: number;
}

function modelOf(sums: readonly PeriodAmounts[]): UsedModel | null {
  const [first] = sums;
  if (first === undefined) return null;
  const { provider, model } = first.scope;
  const total = (of: (sum: PeriodAmounts) => bigint) =>
    sums.reduce((all, sum) => all + of(sum), 0n);
  return {
    provider,
    model,
    calls: total(({ amounts }) => amounts.calls),
    tokens: total(({ amounts }) => amounts.tokens),
    cost: nanoUsd(total(({ amounts }) => amounts.cost)),
    events: sums.reduce((all, { events }) => all + events, 0),
    failed: sums.reduce((all, { failed }) => all + failed, 0),
  };
}

async function withAlternatives(
  { store, alternatives: list, priceOf }: ModelPorts,
  of: { readonly customerId: CustomerId; readonly days: readonly DayAmounts[] },
  { provider, model, cost }: UsedModel,
): Promise<RepricedModel> {
  const row = model === "" ? null : priceOf({ provider, model });
  const others =
    row === null ? [] : cheaperThan(list, row).filter((other) => other.model !== row.model);
  if (others.length === 0 || cost <= ZERO_USD) {
    return { provider, model, cost, sample: 0, alternatives: [] };
  }
  const calls = await sampleCalls(store, { ...of, provider, model });
  const alternatives = others.flatMap((other) => {
    const rates = priceOf(other);
    const otherCost = rates === null ? null : reprice(calls, { row: rates, wholeCost: cost });
    return otherCost !== null && otherCost < cost ? [{ ...other, cost: otherCost }] : [];
  });
  return { provider, model, cost, sample: calls.length, alternatives };
}

function perCall({ cost, calls }: UsedModel): number {
  return calls === 0n ? 0 : usdNumber(nanoUsd(divideHalfEven(cost, calls)));
}

function nameOf({ provider, model }: NamedModel): string {
  return JSON.stringify([provider, model]);
}

function dearestFirst(a: UsedModel, b: UsedModel): number {
  if (a.cost === b.cost) return Number(b.calls - a.calls);
  return a.cost > b.cost ? -1 : 1;
}
