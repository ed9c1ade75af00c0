/** What the demo's history knows of a customer before it begins. */
import type { CustomerDeed } from "./deed.ts";
import type { ModelUse } from "./model-use.ts";
import type { Pace } from "./pace.ts";

export interface Profile {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  /** How long they have been here: whole months of their usage periods, and days into the present one. */
  readonly months: number;
  readonly daysInto: number;
  /** So many days of that, the first ones, they were on the default plan. */
  readonly freeDays?: number;
  readonly plan: "free" | "basic" | "pro" | "enterprise";
  readonly cycle?: "monthly" | "yearly";
  readonly trialDays?: number;
  readonly pace: Pace;
  /** In the present period the pace is such that this share of a limit on calls is used by now. */
  readonly aim?: { readonly provider: string; readonly share: number };
  /** How long their calls are, against what is usual for the model. */
  readonly size?: number;
  readonly mix: readonly ModelUse[];
  readonly keys?: readonly ProfileKey[];
  readonly tags?: Readonly<Record<string, readonly Weighed[]>>;
  readonly deeds?: readonly CustomerDeed[];
}

export interface ProfileKey {
  readonly name: string;
  readonly weight: number;
  /** Calls a usage period. */
  readonly budget?: number;
  /** No calls by it, and taken back so many days ago. */
  readonly revokedDaysAgo?: number;
}

export interface Weighed {
  readonly value: string;
  readonly weight: number;
}
