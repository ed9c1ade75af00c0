/** What the page of usage shows, read from its address: stacked by what, of what only, counted how, in which steps. */
import type { AddressState } from "../../app/address.ts";
import { DAY_MS, type Stretch } from "./stretch.ts";

export const DIMENSIONS = [
  { value: "provider", label: "Provider" },
  { value: "model", label: "Model" },
  { value: "operation", label: "Operation" },
  { value: "key", label: "Key" },
  { value: "tag", label: "Tag" },
] as const;
export type Dimension = (typeof DIMENSIONS)[number]["value"];

export const MEASURES = [
  { value: "cost", label: "Cost" },
  { value: "calls", label: "Calls" },
  { value: "tokens", label: "Tokens" },
] as const;
export type Measure = (typeof MEASURES)[number]["value"];

export const STEPS = [
  { value: "hour", label: "Hour" },
  { value: "day", label: "Day" },
  { value: "week", label: "Week" },
  { value: "month", label: "Month" },
] as const;
export type Step = (typeof STEPS)[number]["value"];

export interface AskedUsage {
  readonly by: Dimension;
  /** The tag's name, where it is by tag; undefined: none is declared. */
  readonly tag: string | undefined;
  readonly measure: Measure;
  readonly step: Step;
  readonly only: {
    readonly provider?: string;
    readonly model?: string;
    readonly operation?: string;
    readonly key_id?: string;
  };
}

/** `tags`: the declared ones. */
export function askedUsage(
  address: AddressState,
  stretch: Stretch,
  tags: readonly string[],
): AskedUsage {
  const by = DIMENSIONS.find(({ value }) => value === address["by"])?.value ?? "provider";
  const { provider, model, operation, key } = address;
  const isOfTags = by === "tag";
  const possible = possibleSteps(stretch, by);
  return {
    by,
    tag: isOfTags ? (address["tag"] ?? tags[0]) : undefined,
    measure: MEASURES.find(({ value }) => value === address["measure"])?.value ?? "cost",
    step: possible.find((each) => each === address["step"]) ?? usualStep(stretch, by),
    only: {
      ...(provider === undefined ? {} : { provider }),
      ...(model === undefined ? {} : { model }),
      // Sums by tag know of provider and model only.
      ...(operation === undefined || isOfTags ? {} : { operation }),
      ...(key === undefined || isOfTags ? {} : { key_id: key }),
    },
  };
}

/** More bars than these nobody tells apart. */
const DAYS_BY_HOUR_MOST = 31;
const DAYS_BY_DAY_MOST = 366;
const DAYS_BY_WEEK_LEAST = 14;
const DAYS_BY_MONTH_LEAST = 60;

export function possibleSteps(stretch: Stretch, by: Dimension): Step[] {
  const days = daysOf(stretch);
  const isPossible: Readonly<Record<Step, boolean>> = {
    hour: by !== "tag" && days <= DAYS_BY_HOUR_MOST,
    day: days <= DAYS_BY_DAY_MOST,
    week: days >= DAYS_BY_WEEK_LEAST,
    month: days >= DAYS_BY_MONTH_LEAST,
  };
  return STEPS.map(({ value }) => value).filter((step) => isPossible[step]);
}

function usualStep(stretch: Stretch, by: Dimension): Step {
  const days = daysOf(stretch);
  if (days <= 2 && by !== "tag") return "hour";
  if (days <= 92) return "day";
  return days <= DAYS_BY_DAY_MOST ? "week" : "month";
}

export function daysOf({ start, end }: Stretch): number {
  return (end - start) / DAY_MS;
}
