/** The models that would have done the same work for less. */
import { countOf, usdWords } from "../amount-words.ts";
import { type NanoUsd, nanoUsd, usdNumber } from "../money.ts";
import { providerTitle } from "../provider-titles.ts";
import type { NamedModel } from "./model-alternatives.ts";
import type { Recommendation } from "./recommendation.ts";

export interface RepricedModel extends NamedModel {
  readonly cost: NanoUsd;
  /** How many calls were priced again. */
  readonly sample: number;
  /** Cheaper ones, the nearest in ability first. */
  readonly alternatives: readonly (NamedModel & { readonly cost: NanoUsd })[];
}

/** Fewer calls say too little of the rest. */
const SAMPLE_LEAST = 20;
const SAVING_LEAST = 1_000_000_000n;
const SAVING_PERCENT_LEAST = 10n;
const SHOWN_MOST = 3;

/** Where it matters: a dollar and a tenth of the model's cost, at least. `range`: what was looked at, in words. */
export function cheaperModels(models: readonly RepricedModel[], range: string): Recommendation[] {
  return models
    .filter(({ sample }) => sample >= SAMPLE_LEAST)
    .flatMap((model) => {
      const nearest = model.alternatives.find(({ cost }) => isWorthIt(model.cost, cost));
      if (nearest === undefined) return [];
      return [{ model, best: nearest, saving: nanoUsd(model.cost - nearest.cost) }];
    })
    .sort((a, b) => (a.saving > b.saving ? -1 : Number(a.saving < b.saving)))
    .slice(0, SHOWN_MOST)
    .map(({ model, best, saving }) => ({
      kind: "cheaper_model",
      title: `${best.model} in place of ${model.model}`,
      message: `${model.model} of ${providerTitle(model.provider)} cost ${usdWords(model.cost)} in ${range}. ${best.model} would have cost ${usdWords(best.cost)} for the same usage: ${usdWords(saving)} less, reckoned from your last ${countOf(model.sample, "call")}. Try it on some of your calls, and compare the answers before you change.`,
      saving_usd: usdNumber(saving),
      saving_per: "range",
      provider: model.provider,
      model: model.model,
      alternative: { provider: best.provider, model: best.model },
    }));
}

function isWorthIt(cost: NanoUsd, otherCost: NanoUsd): boolean {
  const saving = cost - otherCost;
  return saving >= SAVING_LEAST && saving * 100n >= cost * SAVING_PERCENT_LEAST;
}
