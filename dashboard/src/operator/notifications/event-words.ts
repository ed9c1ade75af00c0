/** The events that channels take, and the deployment's alerts, as people say them. */
import type { AlertKind } from "../../../../src/core/alerts/event-types.ts";
import { listWords } from "../../../../src/core/amount-words.ts";

export const KIND_WORDS: Readonly<Record<AlertKind, string>> = {
  threshold: "Limit nearly used up",
  limit_reached: "Limit reached",
  projected: "Limit will be reached",
  sudden_rise: "Sudden rise",
  error_rate: "Many calls fail",
  unpriced: "Price missing",
  audit_difference: "Sums differ",
  dead_letter: "Message not delivered",
  provider_outage: "Provider trouble",
  negative_margin: "Margin below zero",
  retirement_failed: "Archive failed",
};

const WORDS: ReadonlyMap<string, string> = new Map(Object.entries(KIND_WORDS));

/** `Limit reached` of `alert.limit_reached`. */
export function eventWords(event: string): string {
  const [part = "", rest = ""] = event.split(".");
  return WORDS.get(rest) ?? (part === "subscription" ? "Subscription changed" : event);
}

const PART_WORDS: readonly (readonly [part: string, words: string])[] = [
  ["alert", "about customers"],
  ["operator", "about the deployment"],
  ["subscription", "changes of subscriptions"],
];

/** In words which events a channel takes. */
export function eventsWords(events: readonly string[]): string {
  if (events.includes("*")) return "everything";
  return PART_WORDS.flatMap(([part, words]) => {
    const own = events.filter((event) => event.startsWith(`${part}.`));
    if (own.length === 0) return [];
    if (part === "subscription") return [words];
    if (own.includes(`${part}.*`)) return [`all ${words}`];
    return [`${words}: ${listWords(own.map((event) => eventWords(event).toLowerCase()))}`];
  }).join("; ");
}
