/** What webhooks carry: every event type with its schema, as OpenAPI and docs/webhooks.md show it. */
import { z } from "zod";
import type { EventType } from "../../core/alerts/event-types.ts";
import { WINDOWS } from "../../core/limits/limit.ts";
import { METERS } from "../../core/usage.ts";
import { dollars, time } from "./envelope.ts";
import { subscription } from "./subscriptions.ts";

const whole = z.number().int();
const percent = z.number().describe("Percent");
/** Of a limit's meter: counts are whole numbers, cost is dollars. */
const amount = z.number().describe("In the meter's unit; for cost US dollars");

const customer = z
  .object({
    user_id: z.string().describe("Your own id of the customer"),
    name: z.string().optional(),
  })
  .describe("Whom it is about");

const told = {
  severity: z.enum(["info", "warning", "error"]),
  customer: customer.nullable().describe("Whom it is about; null: the deployment"),
  title: z.string().describe("What happened, in a few words"),
  message: z.string().describe("What happened and how much is used"),
  next: z.string().optional().describe("What happens next, and when"),
  action: z.string().optional().describe("What to do"),
  percent: z.number().optional().describe("How much of the limit is used, 0 to 100 and above"),
  link: z.object({ label: z.string(), url: z.string() }).optional(),
};

const advice = z
  .object({
    upgrade: z
      .object({
        plan_id: whole,
        plan_name: z.string(),
        price_monthly: dollars,
        reason: z.string(),
        url: z.string().optional(),
      })
      .optional()
      .describe("The cheapest plan with more of that limit"),
    cheaper_model: z
      .object({
        provider: z.string(),
        model: z.string(),
        instead_of: z.string(),
        saving_percent: whole,
      })
      .optional()
      .describe("A cheaper model for most of what was used"),
  })
  .describe("What to do, where something is known to help");

const limit = z
  .object({
    meter: z.enum(METERS),
    provider: z.string().optional(),
    model: z.string().optional(),
    operation: z.string().optional(),
    per: z.enum(WINDOWS),
    max: z.union([z.number(), z.string()]).describe("As in the plan; for cost US dollars"),
    at_cap: z.enum(["deny", "allow"]),
    alert_at: z.array(z.number()).optional(),
  })
  .describe("As a plan writes it");

const projectedLimit = {
  limit,
  subject: z.enum(["customer", "key", "deployment"]).describe("Whose limit it is"),
  key_id: z.string().optional(),
  plan: z.string().optional().describe("The plan's slug, where it is the plan's limit"),
  threshold: percent,
  used: amount,
  cap: amount,
  window_start: time,
  resets_at: time,
};

const limitFacts = z.object({
  ...projectedLimit,
  refused: z
    .literal(true)
    .optional()
    .describe("A call was refused because it did not fit, though less than the cap is used"),
});

const errorRateFacts = {
  hour: time.describe("Of the hour from this time on"),
  calls: whole,
  failed: whole,
  rate: percent,
  rate_least: percent.describe("It is told from this rate on, in percent"),
};

/** `facts` of each kind of alert. */
const FACTS = {
  threshold: limitFacts,
  limit_reached: limitFacts,
  projected: z.object({
    ...projectedLimit,
    projected: amount.describe("At the window's end, at this rate"),
    reached_at: time.describe("When the limit is reached, at this rate"),
  }),
  sudden_rise: z.object({
    meter: z.enum(["calls", "cost"]),
    until: time.describe("The 24 hours up to this time"),
    amount,
    usual: amount.describe("The median of the days before"),
    days: whole.describe("How many days that is the median of"),
    times: z.number().describe("amount / usual, rounded down to one decimal"),
    times_least: z.number().describe("It is a rise from this many times on"),
  }),
  error_rate: z.object(errorRateFacts),
  unpriced: z.object({
    provider: z.string(),
    model: z.string(),
    event_id: z.string().describe("The first such call of the day"),
  }),
  audit_difference: z.object({
    count: whole,
    differences: z.array(z.object({ what: z.string(), found: z.string(), expected: z.string() })),
  }),
  dead_letter: z.object({
    delivery_id: whole,
    channel_id: whole.optional(),
    channel: z.string().describe("The channel's name, or: mail to a customer"),
    event: z.string(),
    attempts: whole,
    last_error: z.string(),
  }),
  provider_outage: z.object({ ...errorRateFacts, provider: z.string() }),
  negative_margin: z.object({
    plan: z.string().describe("The plan's slug"),
    period_start: time,
    period_end: time,
    cost: dollars.describe("What providers take in the period, in US dollars"),
    amount: dollars.describe("What the plan brings in the period, in US dollars"),
  }),
  retirement_failed: z.object({ reason: z.string() }),
} as const;

const changed = {
  revision: whole.describe("Rises by one with each change of this customer's subscription"),
  kind: z.string().describe("subscribe, renew, change_plan, cancel, …"),
  subscription: subscription.nullable().describe("As the API shows it; null: none is left"),
};

const tested = { channel_id: whole, channel: z.string().describe("The channel's name") };

export interface WebhookEvent {
  readonly type: EventType;
  /** When it is sent, as a sentence. */
  readonly summary: string;
  readonly schema: z.ZodObject;
}

/** Every event type, in the order of the docs. */
export const WEBHOOK_EVENTS: readonly WebhookEvent[] = [
  ofAlert("alert.threshold", FACTS.threshold, "A customer has used that much of a limit."),
  ofAlert(
    "alert.limit_reached",
    FACTS.limit_reached,
    "A customer's limit is used up, or a call did not fit.",
  ),
  ofAlert(
    "alert.projected",
    FACTS.projected,
    "At this rate a customer's limit is reached before it resets.",
  ),
  ofAlert(
    "alert.sudden_rise",
    FACTS.sudden_rise,
    "A customer's day is far above what is usual for them.",
  ),
  ofAlert(
    "alert.error_rate",
    FACTS.error_rate,
    "Many of a customer's calls failed within an hour.",
  ),
  ofAlert(
    "operator.threshold",
    FACTS.threshold,
    "All customers together have used that much of a limit of yours.",
  ),
  ofAlert(
    "operator.limit_reached",
    FACTS.limit_reached,
    "A limit of the whole deployment is used up.",
  ),
  ofAlert("operator.unpriced", FACTS.unpriced, "A model was called that has no price."),
  ofAlert(
    "operator.audit_difference",
    FACTS.audit_difference,
    "The daily audit found sums that differ.",
  ),
  ofAlert(
    "operator.dead_letter",
    FACTS.dead_letter,
    "A message could not be delivered and was given up.",
  ),
  ofAlert(
    "operator.provider_outage",
    FACTS.provider_outage,
    "Many calls of one provider failed within an hour.",
  ),
  ofAlert(
    "operator.negative_margin",
    FACTS.negative_margin,
    "A customer costs more than their plan brings.",
  ),
  ofAlert(
    "operator.retirement_failed",
    FACTS.retirement_failed,
    "Old months could not be archived.",
  ),
  event("subscription.changed", "A customer's subscription changed.", changed),
  event("channel.test", "You asked for a test of the channel.", tested),
];

function ofAlert(type: EventType, facts: z.ZodObject, summary: string): WebhookEvent {
  return event(type, summary, { alert_id: whole, facts, advice: advice.optional() });
}

function event(type: EventType, summary: string, own: z.ZodRawShape): WebhookEvent {
  const schema = z.object({
    type: z.literal(type),
    timestamp: time.describe("When it happened: RFC 3339 in UTC"),
    data: z.object({ ...told, ...own }),
  });
  return { type, summary, schema };
}
