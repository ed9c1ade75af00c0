/** What an alert is about, by kind, as `alerts.facts` keeps it: JSON, amounts as whole numbers in text (cost: nano-dollars). */
import type { LimitJson } from "../limits/read-limit.ts";

/** Of `threshold` and `limit_reached`. Instants are RFC 3339. */
export interface LimitFacts {
  readonly limit: LimitJson;
  readonly subject: "customer" | "key" | "deployment";
  readonly key_id?: string;
  /** The plan's slug, where it is the plan's limit. */
  readonly plan?: string;
  /** Percent of the cap. */
  readonly threshold: number;
  readonly used: string;
  readonly cap: string;
  readonly window_start: string;
  readonly resets_at: string;
  /** A call was refused because it did not fit, though less than the cap is used. */
  readonly refused?: true;
}

/** "At this rate you reach your limit on the 21st." */
export interface ProjectedFacts extends Omit<LimitFacts, "refused"> {
  /** At the window's end, at this rate. */
  readonly projected: string;
  readonly reached_at: string;
}

/** A day that is far above the customer's own normal; says the arithmetic. */
export interface SuddenRiseFacts {
  readonly meter: "calls" | "cost";
  /** The 24 hours up to this instant. */
  readonly until: string;
  readonly amount: string;
  /** The median of the days before, and of how many. */
  readonly usual: string;
  readonly days: number;
  /** `amount / usual`, rounded down to one decimal. */
  readonly times: number;
  /** It is a rise from this many times on. */
  readonly times_least: number;
}

export interface ErrorRateFacts {
  /** Of the hour from this instant on. */
  readonly hour: string;
  readonly calls: number;
  readonly failed: number;
  /** Percent, one decimal. */
  readonly rate: number;
  readonly rate_least: number;
}

export interface UnpricedFacts {
  readonly provider: string;
  readonly model: string;
  /** The first event of the day that it is about. */
  readonly event_id: string;
}

export interface AuditDifferenceFacts {
  readonly count: number;
  readonly differences: readonly { what: string; found: string; expected: string }[];
}

export interface DeadLetterFacts {
  readonly delivery_id: number;
  readonly channel_id?: number;
  /** The channel's name, or `mail to a customer`. */
  readonly channel: string;
  readonly event: string;
  readonly attempts: number;
  readonly last_error: string;
}

export interface ProviderOutageFacts extends ErrorRateFacts {
  readonly provider: string;
}

export interface NegativeMarginFacts {
  /** Our internal id: who that is, is said where it is told. */
  readonly customer_id: string;
  readonly plan: string;
  readonly period_start: string;
  readonly period_end: string;
  /** What providers take, and what the plan brings in the period. */
  readonly cost: string;
  readonly amount: string;
}

export interface RetirementFailedFacts {
  readonly reason: string;
}

export interface FactsByKind {
  readonly threshold: LimitFacts;
  readonly limit_reached: LimitFacts;
  readonly projected: ProjectedFacts;
  readonly sudden_rise: SuddenRiseFacts;
  readonly error_rate: ErrorRateFacts;
  readonly unpriced: UnpricedFacts;
  readonly audit_difference: AuditDifferenceFacts;
  readonly dead_letter: DeadLetterFacts;
  readonly provider_outage: ProviderOutageFacts;
  readonly negative_margin: NegativeMarginFacts;
  readonly retirement_failed: RetirementFailedFacts;
}

/** A kind with its facts. */
export type Told = {
  readonly [Kind in keyof FactsByKind]: { readonly kind: Kind; readonly facts: FactsByKind[Kind] };
}[keyof FactsByKind];

/** What to do about an alert, as `alerts.advice` keeps it; empty where nothing is known to help. */
export interface Advice {
  /** The cheapest plan with more of that limit, for a customer's own limit. */
  readonly upgrade?: {
    readonly plan_id: number;
    readonly plan_name: string;
    /** Dollars. */
    readonly price_monthly: number;
    readonly reason: string;
    readonly url?: string;
  };
  /** A cheaper model for most of what was used. */
  readonly cheaper_model?: {
    readonly provider: string;
    readonly model: string;
    readonly instead_of: string;
    /** Whole percent less for the same use. */
    readonly saving_percent: number;
  };
}
