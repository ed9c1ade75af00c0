/** Draws an installation: when it is, its plans, customers, keys and limits. */
import type { CustomerId, KeyId } from "../../src/core/ids.ts";
import { DAY_MS, HOUR_MS, type Instant, instant, MINUTE_MS } from "../../src/core/instant.ts";
import type { Limit, WindowName } from "../../src/core/limits/limit.ts";
import { ZERO_USD } from "../../src/core/money.ts";
import type { IncludedProviders, PlanVersion } from "../../src/core/plans/plan.ts";
import type { Meter } from "../../src/core/usage.ts";
import type { CustomerTerms, KeyTerms } from "../../src/ledger/rules/rows.ts";
import type { Chance } from "./chance.ts";

export const MODELS = {
  openai: ["gpt-4o-mini", "gpt-unheard-of"],
  anthropic: ["claude-3-5-haiku-latest"],
} as const;
export const PROVIDERS = ["openai", "anthropic"] as const;
export const SERVICE_KEY = "service" as KeyId;

/** What the operator has set; actions change it, and every node sees the change at once. */
export interface World {
  readonly beginsAt: Instant;
  readonly customers: readonly CustomerId[];
  readonly plans: readonly PlanVersion[];
  readonly terms: Map<CustomerId, CustomerTerms>;
  readonly keys: Map<KeyId, KeyTerms>;
  deploymentLimits: readonly Limit[];
}

export function drawWorld(chance: Chance): World {
  const beginsAt = drawBeginning(chance);
  const customers = Array.from(
    { length: chance.between(3, 5) },
    (_, index) => `c${index + 1}` as CustomerId,
  );
  const plans = Array.from({ length: 4 }, (_, index) => drawPlan(chance, index + 1));
  const keys = new Map<KeyId, KeyTerms>();
  for (const customerId of customers) {
    keys.set(keyOf(customerId), { customerId, limits: drawLimits(chance, chance.below(2), 1) });
  }
  keys.set(SERVICE_KEY, { limits: drawLimits(chance, chance.below(2), 3) });
  return {
    beginsAt,
    customers,
    plans,
    terms: new Map(
      customers.map((id) => [
        id,
        {
          usageAnchor: drawAnchor(chance, beginsAt),
          plan: chance.pick(plans),
          isExpired: false,
          ...drawAlertAt(chance, 25),
        },
      ]),
    ),
    keys,
    deploymentLimits: chance.percent(30) ? drawLimits(chance, 1, 6) : [],
  };
}

export function keyOf(customerId: CustomerId): KeyId {
  return `key-of-${customerId}` as KeyId;
}

/** Mostly just before a window ends, so that runs cross into the next; also around leap years and 2100, which is none. */
function drawBeginning(chance: Chance): Instant {
  const year = chance.pick([2024, 2026, 2027, 2028, 2096, 2099, 2100, 2104]);
  const month = chance.below(12);
  const day = chance.pick([1, 15, 28, 29, 30, 31]);
  const boundary = Date.UTC(year, month, day) + chance.below(24) * HOUR_MS;
  const before = chance.weigh([
    [chance.below(30_000), 4],
    [chance.below(10) * MINUTE_MS, 2],
    [chance.below(DAY_MS), 1],
  ]);
  return instant(boundary - before);
}

/** An anchor on the 31st meets every length of month; often its boundary is near. */
export function drawAnchor(chance: Chance, now: Instant): Instant {
  if (chance.percent(40)) {
    const near = new Date(now + chance.between(-2, 3) * MINUTE_MS);
    return instant(near.setUTCFullYear(near.getUTCFullYear() - chance.below(3)));
  }
  const year = new Date(now).getUTCFullYear() - chance.below(2);
  const day = chance.pick([1, 28, 29, 30, 31]);
  return instant(Date.UTC(year, chance.pick([0, 2, 4, 6, 7]), day) + chance.below(DAY_MS));
}

function drawPlan(chance: Chance, number: number): PlanVersion {
  return {
    planId: number,
    planVersionId: number,
    version: 1,
    definition: {
      slug: `plan-${number}`,
      name: `Plan ${number}`,
      tier: "pro",
      priceMonthly: ZERO_USD,
      priceYearly: ZERO_USD,
      description: "",
      features: [],
      switches: [],
      hidden: false,
      providers: drawProviders(chance),
      limits: drawLimits(chance, chance.between(1, 4), 2),
      outputCapping: chance.percent(70),
      holds: chance.percent(80) ? "worst_case" : "expected",
      ...drawAlertAt(chance, 25),
    },
  };
}

function drawProviders(chance: Chance): IncludedProviders {
  return chance.percent(85) ? { kind: "all" } : { kind: "listed", providers: ["openai"] };
}

const PER: readonly (readonly [WindowName, number])[] = [
  ["period", 4],
  ["day", 3],
  ["month", 2],
  ["hour", 2],
  ["minute", 2],
];
const METERS_LIMITED: readonly (readonly [Meter, number])[] = [
  ["calls", 4],
  ["tokens", 3],
  ["cost", 3],
  ["output_tokens", 1],
  ["input_tokens", 1],
];

/** `wide`: for how many customers' use the caps are meant. No two limits of a list count the same. */
export function drawLimits(chance: Chance, count: number, wide: number): Limit[] {
  const limits = new Map<string, Limit>();
  for (let drawn = 0; drawn < count; drawn += 1) {
    const meter = chance.weigh(METERS_LIMITED);
    const per = chance.weigh(PER);
    const scope = drawScope(chance);
    const key = [meter, per, ...Object.values(scope)].join(" ");
    limits.set(key, {
      meter,
      per,
      ...scope,
      cap: chance.percent(6)
        ? { kind: "unlimited" }
        : { kind: "atMost", amount: BigInt(drawCap(chance, meter) * wide) },
      atCap: chance.percent(80) ? "deny" : "allow",
      ...drawAlertAt(chance, 20),
    });
  }
  return [...limits.values()];
}

/** Somebody's thresholds, now and then; otherwise they say nothing. */
export function drawAlertAt(
  chance: Chance,
  percent: number,
): { readonly alertAt?: readonly number[] } {
  if (!chance.percent(percent)) return {};
  return { alertAt: chance.pick([[], [50], [100], [25, 60, 110], [80, 90, 100], [120, 200]]) };
}

function drawScope(chance: Chance): Pick<Limit, "provider" | "model" | "operation"> {
  const provider = chance.pick(PROVIDERS);
  return chance.weigh([
    [{}, 5],
    [{ provider }, 3],
    [{ provider, model: chance.pick(MODELS[provider]) }, 1],
    [{ operation: chance.pick(["chat", "messages"]) }, 1],
  ]);
}

/** Small enough that some calls reach them; nothing at all, now and then. */
function drawCap(chance: Chance, meter: Meter): number {
  if (chance.percent(4)) return 0;
  if (meter === "calls") return chance.between(1, 12);
  if (meter === "cost") return chance.between(200, 60_000) * 1_000;
  if (meter === "input_tokens") return chance.between(50, 4_000);
  return chance.between(500, 30_000);
}
