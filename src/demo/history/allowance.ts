/** What a customer has left in their usage period, so that the history uses no more than their plan allows. */
import type { Instant } from "../../core/instant.ts";
import type { CallScope, Limit } from "../../core/limits/limit.ts";
import { covers } from "../../core/limits/limit.ts";
import { readLimit } from "../../core/limits/read-limit.ts";
import { usagePeriodAt } from "../../core/periods/usage-period.ts";
import type { Amounts } from "../../core/usage.ts";

/** What holds for a customer at a moment. */
export interface Terms {
  readonly usageAnchor: Instant;
  /** null: all of them. */
  readonly providers: readonly string[] | null;
  readonly limits: readonly Limit[];
}

export interface Allowance {
  setTerms(terms: Terms): void;
  includes(provider: string): boolean;
  fits(scope: CallScope, amounts: Amounts, at: Instant): boolean;
  take(scope: CallScope, amounts: Amounts, at: Instant): void;
}

export function createAllowance(): Allowance {
  let terms: Terms | null = null;
  let periodStart = -1;
  let taken: { readonly scope: CallScope; readonly amounts: Amounts }[] = [];
  const known = new Map<Limit, bigint>();
  const usedOf = (limit: Limit): bigint => {
    const before = known.get(limit);
    if (before !== undefined) return before;
    const used = taken
      .filter(({ scope }) => covers(limit, scope))
      .reduce((sum, { amounts }) => sum + amounts[limit.meter], 0n);
    known.set(limit, used);
    return used;
  };
  const begin = (at: Instant): void => {
    if (terms === null) return;
    const { start } = usagePeriodAt(terms.usageAnchor, at);
    if (start === periodStart) return;
    periodStart = start;
    taken = [];
    known.clear();
  };
  return {
    setTerms(next) {
      terms = next;
      known.clear();
    },
    includes: (provider) => terms?.providers?.includes(provider) ?? true,
    fits(scope, amounts, at) {
      begin(at);
      return hardLimitsOf(terms, scope).every(
        (limit) =>
          limit.cap.kind === "unlimited" ||
          usedOf(limit) + amounts[limit.meter] <= limit.cap.amount,
      );
    },
    take(scope, amounts, at) {
      begin(at);
      for (const limit of hardLimitsOf(terms, scope)) {
        known.set(limit, usedOf(limit) + amounts[limit.meter]);
      }
      taken.push({ scope, amounts });
    },
  };
}

/** Those of shorter windows are let be: the calls of the history are spread over the day. */
function hardLimitsOf(terms: Terms | null, scope: CallScope): readonly Limit[] {
  const limits = terms?.limits ?? [];
  return limits.filter(
    (limit) => limit.per === "period" && limit.atCap === "deny" && covers(limit, scope),
  );
}

/** Reads a plan as the API shows it. */
export function termsOf(
  definition: Readonly<Record<string, unknown>>,
  usageAnchor: Instant,
): Terms {
  const { limits, providers } = definition;
  return {
    usageAnchor,
    providers: Array.isArray(providers) ? providers.map(String) : null,
    limits: Array.isArray(limits) ? limits.map((limit) => readLimit(limit)) : [],
  };
}
