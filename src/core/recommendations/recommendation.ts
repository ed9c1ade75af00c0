/** What a customer is advised to do: in words for a person, and in fields for a program. */

import type { CallScope } from "../limits/limit.ts";
import type { LimitJson } from "../limits/read-limit.ts";
import type { Amounts } from "../usage.ts";

interface Advice {
  /** A few words. */
  readonly title: string;
  /** What, how much, and what to do. */
  readonly message: string;
  /** US dollars, where it saves some. */
  readonly saving_usd?: number;
  /** What `saving_usd` is for: each month from now on, or the time that was looked at. */
  readonly saving_per?: "month" | "range";
}

interface AdvisedPlan {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly price_monthly: number;
}

/** A value that is absent is left out. */
export type Recommendation =
  | (Advice & { readonly kind: "plan"; readonly plan: AdvisedPlan; readonly periods: number })
  | (Advice & {
      readonly kind: "limit_ahead";
      readonly limit: LimitJson;
      /** `YYYY-MM-DD`, UTC. */
      readonly on: string;
      readonly plan?: AdvisedPlan;
    })
  | (Advice & {
      readonly kind: "cheaper_model";
      readonly provider: string;
      readonly model: string;
      readonly alternative: { readonly provider: string; readonly model: string };
    })
  | (Advice & {
      readonly kind: "unused_key";
      readonly keys: {
        readonly id: string;
        readonly name: string;
        readonly last_used_at: string | null;
      }[];
    })
  | (Advice & {
      readonly kind: "spend_change";
      readonly last_7_days: number;
      readonly before_28_days: number;
      /** Of the last 7 days against a quarter of the 28 before; negative: less. */
      readonly change_percent: number;
    });

/** What one (provider, model, operation) came to. */
export interface ScopedAmounts {
  readonly scope: CallScope;
  readonly amounts: Amounts;
}

/** The same on one UTC day. */
export interface DayAmounts extends ScopedAmounts {
  readonly day: number;
}
