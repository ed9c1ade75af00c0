/** What customers and the operator do in the demo's history besides calling, and when. */
import type { PurserClient } from "../../client/client.ts";
import type { Instant } from "../../core/instant.ts";

export interface Deed {
  readonly daysAgo: number;
  /** At that instant of the history, through the API as the administrator. */
  readonly act: (purser: PurserClient, now: Instant) => Promise<unknown>;
}

export interface CustomerDeed {
  readonly daysAgo: number;
  readonly act: (purser: PurserClient, userId: string, now: Instant) => Promise<unknown>;
}

export function changesPlan(
  daysAgo: number,
  plan: string,
  when: "now" | "period_end" = "now",
): CustomerDeed {
  return { daysAgo, act: (purser, userId) => purser.changePlan(userId, { plan_id: plan, when }) };
}

export function cancels(daysAgo: number, at: "now" | "period_end" = "period_end"): CustomerDeed {
  return { daysAgo, act: (purser, userId) => purser.cancel(userId, { at }) };
}

export function readsAlerts(daysAgo: number): CustomerDeed {
  return { daysAgo, act: (purser, userId) => purser.markAllAlertsRead(userId) };
}
