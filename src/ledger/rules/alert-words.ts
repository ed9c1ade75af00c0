/** What an alert says, to the person who reads it. */
import { countWords } from "../../core/amount-words.ts";
import type { Limit } from "../../core/limits/limit.ts";
import { providerTitle } from "../../core/provider-titles.ts";
import type { Meter } from "../../core/usage.ts";
import type { AlertRow } from "./rows.ts";

interface Reached {
  /** Percent of the cap. */
  readonly threshold: number;
  readonly used: bigint;
  readonly cap: bigint;
  readonly limit: Limit;
}

export function alertWords(
  reached: Reached,
): Pick<AlertRow, "type" | "severity" | "title" | "message"> {
  const { threshold, limit } = reached;
  const whose = limit.provider === undefined ? "All providers" : providerTitle(limit.provider);
  if (threshold >= 100) {
    return {
      type: "limit_reached",
      severity: "error",
      title: `API Limit Reached - ${whose}`,
      message: messageOf(reached),
    };
  }
  const type = limit.meter === "cost" ? "cost_threshold" : "usage_threshold";
  const [word, severity] =
    threshold >= 90 ? (["Warning", "warning"] as const) : (["Notice", "info"] as const);
  return { type, severity, title: `API Usage ${word} - ${whose}`, message: messageOf(reached) };
}

const UNITS: Readonly<Record<Exclude<Meter, "cost">, string>> = {
  calls: "API calls",
  tokens: "tokens",
  input_tokens: "input tokens",
  output_tokens: "output tokens",
  images: "images",
  characters: "characters",
  seconds: "seconds",
  pages: "pages",
};

function messageOf({ used, cap, limit }: Reached): string {
  const { provider, model, operation, meter } = limit;
  const title = provider === undefined ? "" : `${providerTitle(provider)} `;
  const narrower = [model, operation].filter((word) => word !== undefined).join(", ");
  const of = narrower === "" ? "" : ` (${narrower})`;
  if (meter === "cost") {
    const whose = title === "" ? "provider" : title.trimEnd();
    return `You have used ${dollars(used)} of ${dollars(cap)} of ${whose} cost${of}`;
  }
  return `You have used ${countWords(used)} of ${countWords(cap)} ${title}${UNITS[meter]}${of}`;
}

/** Cents, rounded down: a message never says that more was used than was. */
function dollars(nano: bigint): string {
  const cents = nano / 10_000_000n;
  return `$${countWords(cents / 100n)}.${(cents % 100n).toString().padStart(2, "0")}`;
}
