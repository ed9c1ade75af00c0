/** The deployment at a glance. */
import { z } from "zod";
import { TIERS } from "../../core/plans/plan.ts";
import { dollars, query, time } from "./envelope.ts";
import { dayRange } from "./performance.ts";

export const overviewQuery = query(dayRange);

const count = z.number().int();
const errorRate = z.number().describe("Percent of the events");

const customerCost = z.object({
  user_id: z.string().describe("The internal id where the person was erased"),
  cost: dollars,
  calls: count,
  plan: z.string().nullable().describe("null: no subscription, so the default plan"),
  plan_price: dollars.describe("Per month, where the subscription is paid"),
  margin: dollars,
});

export const overview = z.object({
  from: z.string(),
  to: z.string().describe("Exclusive"),
  cost: dollars.describe("What providers take, in the range"),
  calls: count,
  errors: count,
  error_rate: errorRate,
  revenue: dollars.describe(
    "What the present paid subscriptions bring in over so many days, a month counting 30; not what was invoiced",
  ),
  monthly_revenue: dollars.describe(
    "Plan prices of the present paid subscriptions, per month; a yearly price counts a twelfth",
  ),
  margin: dollars.describe("revenue less cost"),
  active_customers: count.describe("With any use in the range"),
  customers_total: count,
  subscribers: z.array(
    z.object({
      plan_id: count,
      slug: z.string(),
      name: z.string(),
      tier: z.enum(TIERS),
      subscribers: count,
      monthly_revenue: dollars,
    }),
  ),
  top_customers: z.array(customerCost),
  lowest_margins: z
    .array(customerCost)
    .describe("The lowest first, of the hundred customers with the highest cost"),
  top_models: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      cost: dollars,
      calls: count,
      tokens: count,
      error_rate: errorRate,
    }),
  ),
  by_day: z.array(z.object({ day: z.string(), cost: dollars, calls: count, errors: count })),
  near_limits: z.array(
    z.object({
      user_id: z.string(),
      threshold_percentage: count,
      provider: z.string().nullable(),
      meter: z.string().nullable(),
      title: z.string(),
      message: z.string(),
      created_at: time,
    }),
  ),
});
