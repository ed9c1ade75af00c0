/** Whether so many calls fail that somebody should be told: of a customer, or of a provider. */
import { divideHalfEven } from "../money.ts";

/** How many calls there were, and how many of them failed. */
export interface Outcomes {
  readonly calls: number;
  readonly failed: number;
}

/** Percent, one decimal. */
export interface HighRate {
  readonly rate: number;
  /** It is told from this rate on. */
  readonly rateLeast: number;
}

/** Fewer calls than these say nothing. */
const CALLS_LEAST = 20;
const CUSTOMER_PERCENT_LEAST = 25;
/** Somebody whose calls often fail is told when twice as many do. */
const TIMES_USUAL_LEAST = 2;
const OUTAGE_PERCENT_LEAST = 50;

/** `usual`: of the days before; of fewer than 20 calls it is no usual rate. null: nothing to tell. */
export function highErrorRate(now: Outcomes, usual: Outcomes): HighRate | null {
  const { failed, calls } = usual;
  const usualPercent = calls < CALLS_LEAST ? 0 : percentOf({ failed, calls });
  const rateLeast = Math.max(CUSTOMER_PERCENT_LEAST, TIMES_USUAL_LEAST * usualPercent);
  return highRate(now, Math.round(rateLeast * 10) / 10);
}

/** What one provider answered to all customers together. */
export interface ProviderOutcomes extends Outcomes {
  /** Who called it, and of how many of them at least half the calls failed. */
  readonly customers: number;
  readonly customersFailing: number;
}

/** One customer's own mistakes are no outage, unless nobody else calls that provider. null: nothing to tell. */
export function providerOutage(of: ProviderOutcomes): HighRate | null {
  if (of.customers > 1 && of.customersFailing < 2) return null;
  return highRate(of, OUTAGE_PERCENT_LEAST);
}

function highRate(of: Outcomes, rateLeast: number): HighRate | null {
  if (of.calls < CALLS_LEAST) return null;
  // Not of the rounded rate: 24.96 % is not yet 25.
  if (of.failed * 1_000 < of.calls * Math.round(rateLeast * 10)) return null;
  return { rate: percentOf(of), rateLeast };
}

function percentOf({ failed, calls }: Outcomes): number {
  return Number(divideHalfEven(BigInt(failed) * 1_000n, BigInt(calls))) / 10;
}
