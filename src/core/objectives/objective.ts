/** What an operator promises of calls (an objective of an SLA), and how much of the promise is left. */
import { divideHalfEven } from "../money.ts";

interface ObjectiveScope {
  readonly name: string;
  /** Left out: of all providers (models) together. */
  readonly provider?: string;
  readonly model?: string;
  /** So much of the calls must be good, in percent: above 0, below 100, at most three decimals. */
  readonly targetPercent: number;
  /** UTC days looked at, today being the last. */
  readonly windowDays: number;
}

/** `latency`: good is a call that took at most so long. `errors`: good is one that did not fail. */
export type Objective =
  | (ObjectiveScope & { readonly kind: "latency"; readonly thresholdMs: number })
  | (ObjectiveScope & { readonly kind: "errors" });

/** The calls an objective looks at, and how many of them were good. */
export interface ObjectiveCount {
  readonly events: number;
  readonly good: number;
}

export interface ObjectiveStanding {
  readonly events: number;
  /** null: no calls. Three decimals, like targets. */
  readonly achievedPercent: number | null;
  /** The share of the allowed misses that is left, one decimal; below 0 once the objective is broken. null: no calls. */
  readonly budgetLeftPercent: number | null;
  readonly status: "met" | "at_risk" | "broken" | "no_data";
}

/** With less than a quarter of the allowed misses left, an objective is at risk. */
const AT_RISK_BELOW_PERMILLE = 250n;
/** Targets have three decimals of a percent. */
const PER_WHOLE = 100_000n;

/** Exact: the shares are compared as whole numbers, and rounded only to be shown. */
export function standingOf(
  objective: Pick<Objective, "targetPercent">,
  { events, good }: ObjectiveCount,
): ObjectiveStanding {
  if (events === 0) {
    return { events, achievedPercent: null, budgetLeftPercent: null, status: "no_data" };
  }
  const all = BigInt(events);
  const missed = BigInt(events - good);
  const target = BigInt(Math.round(objective.targetPercent * 1_000));
  /** In hundred-thousandths of a call. */
  const allowed = all * (PER_WHOLE - target);
  const left = allowed - missed * PER_WHOLE;
  return {
    events,
    achievedPercent: Number(divideHalfEven((all - missed) * PER_WHOLE, all)) / 1_000,
    budgetLeftPercent: Number(divideHalfEven(left * 1_000n, allowed)) / 10,
    status: statusOf(left, allowed),
  };
}

function statusOf(left: bigint, allowed: bigint): "met" | "at_risk" | "broken" {
  if (left < 0n) return "broken";
  return left * 1_000n < allowed * AT_RISK_BELOW_PERMILLE ? "at_risk" : "met";
}
