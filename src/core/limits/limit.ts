/** A limit: how much of one meter may be used in one window, by whom, of what. */
import type { Meter } from "../usage.ts";

/** `period` is the customer's usage period; the others are UTC calendar windows. */
export const WINDOWS = ["period", "month", "day", "hour", "minute"] as const;
export type WindowName = (typeof WINDOWS)[number];

/** Absence is spelled: no 0, -1 or null stands for "unlimited". Units of the meter (`cost`: nano-dollars). */
export type Cap =
  | { readonly kind: "unlimited" }
  | { readonly kind: "atMost"; readonly amount: bigint };

export interface Limit {
  readonly meter: Meter;
  /** Left out: of all providers (models, operations) together. */
  readonly provider?: string;
  readonly model?: string;
  readonly operation?: string;
  readonly per: WindowName;
  readonly cap: Cap;
  /** `deny` refuses (a hard limit), `allow` counts, alerts and goes on (a soft one). */
  readonly atCap: "deny" | "allow";
  /** Whole percentages of the cap to alert at, ascending; absent: as the customer wishes, or the plan says. */
  readonly alertAt?: readonly number[];
}

/** What a limit can look at in a call. */
export interface CallScope {
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
}

/** Does this limit count that call? */
export function covers(
  limit: Pick<Limit, "provider" | "model" | "operation">,
  call: CallScope,
): boolean {
  return (
    (limit.provider === undefined || limit.provider === call.provider) &&
    (limit.model === undefined || limit.model === call.model) &&
    (limit.operation === undefined || limit.operation === call.operation)
  );
}
