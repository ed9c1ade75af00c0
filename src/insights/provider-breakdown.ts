/** Usage by provider in the shape that earlier clients read: an entry for each they know, zeros where unused. */
import { nanoUsd, usdNumber } from "../core/money.ts";

export const SHOWN_PROVIDERS = [
  "gemini",
  "openai",
  "anthropic",
  "mistral",
  "huggingface",
  "wavespeed",
  "tavily",
  "serper",
  "metaphor",
  "exa",
  "firecrawl",
  "stability",
  "video",
  "image_edit",
  "audio",
] as const;

export interface ProviderUsage {
  readonly calls: number;
  readonly tokens: number;
  readonly cost: number;
}
export type ProviderBreakdown = Readonly<Record<string, ProviderUsage>>;

interface ProviderSum {
  readonly provider: string;
  readonly calls: bigint;
  readonly tokens: bigint;
  readonly cost: bigint;
}

export interface BreakdownWithTotals {
  readonly provider_breakdown: ProviderBreakdown;
  readonly total_calls: number;
  readonly total_tokens: number;
  readonly total_cost: number;
}

/** Entries are disjoint: they add up to the totals. Sums are made in whole nano-dollars. */
export function breakdownOf(sums: readonly ProviderSum[]): BreakdownWithTotals {
  const byProvider = new Map<string, ProviderSum>();
  for (const provider of SHOWN_PROVIDERS) {
    byProvider.set(provider, { provider, calls: 0n, tokens: 0n, cost: 0n });
  }
  let total: ProviderSum = { provider: "", calls: 0n, tokens: 0n, cost: 0n };
  for (const sum of sums) {
    const before = byProvider.get(sum.provider);
    byProvider.set(sum.provider, before === undefined ? sum : plus(before, sum));
    total = plus(total, sum);
  }
  const shown = [...byProvider.values()].map((sum) => [sum.provider, usageOfSum(sum)] as const);
  const { calls, tokens, cost } = usageOfSum(total);
  return {
    provider_breakdown: Object.fromEntries(shown),
    total_calls: calls,
    total_tokens: tokens,
    total_cost: cost,
  };
}

function plus(a: ProviderSum, b: ProviderSum): ProviderSum {
  return {
    provider: a.provider,
    calls: a.calls + b.calls,
    tokens: a.tokens + b.tokens,
    cost: a.cost + b.cost,
  };
}

function usageOfSum(sum: ProviderSum): ProviderUsage {
  return {
    calls: Number(sum.calls),
    tokens: Number(sum.tokens),
    cost: usdNumber(nanoUsd(sum.cost)),
  };
}
