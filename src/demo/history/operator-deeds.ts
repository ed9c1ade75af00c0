/** What the operator of the demo did in its history: limits, prices, a plan's new version, objectives, channels. */
import { planEditIn } from "../../api/contract/plans.ts";
import type { PurserClient } from "../../client/client.ts";
import { DAY_MS } from "../../core/instant.ts";
import { addReceivers } from "../demo-channels.ts";
import type { Deed } from "./deed.ts";

/** `receiverUrl` is where the simulated receiver is. */
export function operatorDeeds(receiverUrl: string): readonly Deed[] {
  return [
    { daysAgo: 170, act: setSafetyNet },
    { daysAgo: 150, act: setObjectives },
    { daysAgo: 96, act: addDiscount },
    { daysAgo: 92, act: sellMoreImages },
    { daysAgo: 16, act: (purser) => addReceivers(purser, receiverUrl) },
    { daysAgo: 3, act: (purser) => purser.admin.markAllAlertsRead() },
  ];
}

function setSafetyNet(purser: PurserClient) {
  return purser.admin.setLimits({
    limits: [
      { meter: "cost", max: "1000.00", per: "month" },
      { meter: "cost", provider: "openai", max: "400.00", per: "month", at_cap: "allow" },
    ],
  });
}

function setObjectives(purser: PurserClient) {
  const window_days = 30;
  return purser.admin.setObjectives({
    objectives: [
      { name: "Answers", kind: "errors", target_percent: 98, window_days },
      {
        name: "OpenAI within 20 seconds",
        provider: "openai",
        kind: "latency",
        threshold_ms: 20_000,
        target_percent: 90,
        window_days,
      },
    ],
  });
}

function addDiscount(purser: PurserClient, now: number) {
  return purser.admin.addPrice({
    provider: "anthropic",
    model: "claude-haiku-4-5",
    from: new Date(now + DAY_MS).toISOString().slice(0, 10),
    rates: { input: "0.80", output: "4.00", cache_read: "0.08" },
    source: "Demo: a discount that was agreed with the provider",
  });
}

/** Who subscribed before stays on version 1. */
async function sellMoreImages(purser: PurserClient): Promise<void> {
  const { plans } = await purser.admin.plans();
  const pro = plans.find(({ slug }) => slug === "pro");
  if (pro === undefined) return;
  const definition = planEditIn.parse(pro.definition);
  await purser.admin.editPlan("pro", {
    ...definition,
    limits: definition.limits.map((limit) =>
      limit.provider === "stability" ? { ...limit, max: 300 } : limit,
    ),
  });
}
