/** One message of each event type, with facts as the ledger keeps them: for tests of channels, and as the examples of docs/webhooks.md. */

import type { Message } from "../../src/alerts/message.ts";
import type { FactsByKind } from "../../src/core/alerts/alert-facts.ts";
import type { EventType } from "../../src/core/alerts/event-types.ts";
import type { CustomerId } from "../../src/core/ids.ts";
import { instant } from "../../src/core/instant.ts";

const ADA = { id: "c-ada" as CustomerId, userId: "ada", name: "Ada Lovelace" };
const AT = instant(Date.parse("2026-04-12T09:30:00Z"));
const MONTH = { window_start: "2026-04-01T00:00:00.000Z", resets_at: "2026-05-01T00:00:00.000Z" };
const PRO = { subject: "customer", plan: "pro", ...MONTH } as const;
const GEMINI = {
  limit: { meter: "calls", provider: "gemini", per: "period", max: 5000, at_cap: "deny" },
  ...PRO,
} as const;
const COST = {
  limit: { meter: "cost", per: "period", max: "150", at_cap: "deny" },
  ...PRO,
} as const;
const ALL_COST = {
  limit: { meter: "cost", per: "month", max: "2000", at_cap: "deny" },
  subject: "deployment",
  ...MONTH,
} as const;

const FACTS = {
  threshold: { ...GEMINI, threshold: 80, used: "4000", cap: "5000" },
  limit_reached: { ...COST, threshold: 100, used: "150012500000", cap: "150000000000" },
  projected: {
    ...COST,
    threshold: 100,
    used: "78000000000",
    cap: "150000000000",
    projected: "203478260869",
    reached_at: "2026-04-22T20:18:27.000Z",
  },
  sudden_rise: {
    meter: "cost",
    until: "2026-04-12T09:30:00.000Z",
    amount: "18400000000",
    usual: "2500000000",
    days: 14,
    times: 7.3,
    times_least: 3,
  },
  error_rate: {
    hour: "2026-04-12T08:00:00.000Z",
    calls: 240,
    failed: 61,
    rate: 25.4,
    rate_least: 20,
  },
  unpriced: {
    provider: "openai",
    model: "gpt-next",
    event_id: "019d80d1-7a80-7000-8000-000000000001",
  },
  audit_difference: {
    count: 1,
    differences: [{ what: "rollups_day 2026-04-11 calls", found: "812", expected: "811" }],
  },
  dead_letter: {
    delivery_id: 812,
    channel_id: 3,
    channel: "Ops",
    event: "alert.threshold",
    attempts: 14,
    last_error: "hooks.example.com refused the connection.",
  },
  provider_outage: {
    provider: "mistral",
    hour: "2026-04-12T08:00:00.000Z",
    calls: 120,
    failed: 118,
    rate: 98.3,
    rate_least: 50,
  },
  negative_margin: {
    customer_id: "c-ada",
    plan: "pro",
    period_start: "2026-04-01T00:00:00.000Z",
    period_end: "2026-05-01T00:00:00.000Z",
    cost: "91250000000",
    amount: "79000000000",
  },
  retirement_failed: { reason: "The disk is full." },
} as const satisfies FactsByKind;

const OPERATOR_LIMIT = { ...ALL_COST, threshold: 90, used: "1801000000000", cap: "2000000000000" };

/** Of each event type one, as it goes to the operator's own channels. */
export const SAMPLES: Readonly<Record<EventType, Message>> = {
  "alert.threshold": alert("alert.threshold", FACTS.threshold, {
    severity: "info",
    percent: 80,
    words: {
      title: "API Usage Notice - Gemini",
      message: "Customer ada has used 4,000 of 5,000 Gemini API calls",
      next: "At 5,000 further Gemini calls are refused until 1 May 2026, 00:00 (UTC), when counting starts anew.",
      action: "Enterprise has unlimited Gemini API calls and costs $199 a month.",
    },
    link: { label: "See the plans", url: "https://app.example.com/upgrade?plan=enterprise" },
    advice: {
      upgrade: {
        plan_id: 4,
        plan_name: "Enterprise",
        price_monthly: 199,
        reason: "Enterprise has unlimited Gemini API calls.",
        url: "https://app.example.com/upgrade?plan=enterprise",
      },
    },
  }),
  "alert.limit_reached": alert("alert.limit_reached", FACTS.limit_reached, {
    severity: "error",
    percent: 100,
    words: {
      title: "Cost Limit Reached",
      message: "Customer ada has used $150.01 of $150.00",
      next: "Further calls are refused until 1 May 2026, 00:00 (UTC), when counting starts anew.",
      action: "gemini-2.5-flash-lite costs 60 % less for the same use than gemini-2.5-flash.",
    },
    advice: {
      cheaper_model: {
        provider: "gemini",
        model: "gemini-2.5-flash-lite",
        instead_of: "gemini-2.5-flash",
        saving_percent: 60,
      },
    },
  }),
  "alert.projected": alert("alert.projected", FACTS.projected, {
    severity: "info",
    percent: 52,
    words: {
      title: "Cost Limit Ahead",
      message: "At this rate customer ada reaches the limit of $150.00 on 22 April 2026.",
    },
  }),
  "alert.sudden_rise": alert("alert.sudden_rise", FACTS.sudden_rise, {
    words: {
      title: "Sudden Rise in Cost",
      message:
        "Customer ada used $18.40 in 24 hours: 7.3 times the usual $2.50, the median of the 14 days before.",
    },
  }),
  "alert.error_rate": alert("alert.error_rate", FACTS.error_rate, {
    words: {
      title: "Many Calls Fail",
      message: "61 of customer ada's 240 calls between 08:00 and 09:00 (UTC) failed: 25.4 %.",
    },
  }),
  "operator.threshold": operator("operator.threshold", OPERATOR_LIMIT, {
    percent: 90,
    words: {
      title: "Cost Limit Warning",
      message: "All customers together have used $1,801.00 of $2,000.00",
    },
  }),
  "operator.limit_reached": operator(
    "operator.limit_reached",
    { ...OPERATOR_LIMIT, threshold: 100, used: "2000000000000" },
    {
      severity: "error",
      percent: 100,
      words: {
        title: "Cost Limit Reached",
        message: "All customers together have used $2,000.00 of $2,000.00",
        next: "Further calls of every customer are refused until 1 May 2026, 00:00 (UTC).",
      },
    },
  ),
  "operator.unpriced": operator("operator.unpriced", FACTS.unpriced, {
    words: {
      title: "Model Without a Price",
      message: "openai/gpt-next was called and has no price.",
    },
  }),
  "operator.audit_difference": operator("operator.audit_difference", FACTS.audit_difference, {
    severity: "error",
    words: { title: "The Audit Found a Difference", message: "1 sum differs from its events." },
  }),
  "operator.dead_letter": operator("operator.dead_letter", FACTS.dead_letter, {
    words: {
      title: "A Message Was Not Delivered",
      message:
        "alert.threshold to Ops was given up after 14 attempts: hooks.example.com refused the connection.",
    },
  }),
  "operator.provider_outage": operator("operator.provider_outage", FACTS.provider_outage, {
    severity: "error",
    words: {
      title: "Mistral Fails",
      message: "118 of 120 calls of Mistral between 08:00 and 09:00 (UTC) failed: 98.3 %.",
    },
  }),
  "operator.negative_margin": operator("operator.negative_margin", FACTS.negative_margin, {
    customer: ADA,
    words: {
      title: "A Customer Costs More Than They Bring",
      message: "Customer ada costs $91.25 this period; Pro brings $79.00.",
    },
  }),
  "operator.retirement_failed": operator("operator.retirement_failed", FACTS.retirement_failed, {
    severity: "error",
    words: { title: "Old Months Were Not Archived", message: "The disk is full." },
  }),
  "subscription.changed": message("subscription.changed", {
    severity: "info",
    words: { title: "Subscription Changed", message: "Customer ada is now on Pro." },
    details: {
      revision: 2,
      kind: "change_plan",
      subscription: {
        id: 17,
        billing_cycle: "monthly",
        current_period_start: "2026-04-01T00:00:00.000Z",
        current_period_end: "2026-05-01T00:00:00.000Z",
        status: "active",
        auto_renew: true,
        cancel_at_period_end: false,
        created_at: "2026-03-01T00:00:00.000Z",
        plan: { id: 3, slug: "pro", name: "Pro", tier: "pro", version: 1 },
      },
    },
  }),
  "channel.test": message("channel.test", {
    severity: "info",
    customer: null,
    words: { title: "Test", message: "This is a test of the channel Ops. It works." },
    details: { channel_id: 3, channel: "Ops" },
  }),
};

type Own = Pick<Message, "words"> & Partial<Message> & { readonly advice?: object };

function alert(event: EventType, facts: object, { advice, ...own }: Own): Message {
  const details = { alert_id: 41, facts, ...(advice === undefined ? {} : { advice }) };
  return message(event, { ...own, details });
}

function operator(event: EventType, facts: object, own: Own): Message {
  return alert(event, facts, { customer: null, ...own });
}

function message(event: EventType, own: Pick<Message, "words"> & Partial<Message>): Message {
  return {
    id: "57.c3.5f0f7cb1",
    event,
    at: AT,
    reader: "operator",
    severity: "warning",
    customer: ADA,
    details: {},
    ...own,
  };
}
