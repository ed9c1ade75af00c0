/** One message of each event type, composed as the server composes it: for tests of channels, and as the examples of docs/webhooks.md. */
import type { Customer } from "../../src/access/customer-row.ts";
import { composeMessage } from "../../src/alerts/compose.ts";
import type { Message } from "../../src/alerts/message.ts";
import type { Advice, FactsByKind, Told } from "../../src/core/alerts/alert-facts.ts";
import type { EventType } from "../../src/core/alerts/event-types.ts";
import type { CustomerId, UserId } from "../../src/core/ids.ts";
import { instant } from "../../src/core/instant.ts";
import { alertClass } from "../../src/core/messages/alert-words.ts";
import { channelTestWords } from "../../src/core/messages/channel-test-words.ts";

const AT = instant(Date.parse("2026-04-12T09:30:00Z"));
const ADA: Customer = {
  id: "c-ada" as CustomerId,
  userId: "ada" as UserId,
  name: "Ada Lovelace",
  usageAnchor: instant(Date.parse("2026-04-01T00:00:00Z")),
  createdAt: instant(Date.parse("2026-03-01T00:00:00Z")),
};
const READING = {
  id: "57.c3.5f0f7cb1",
  reader: "operator",
  timeZone: "UTC",
  publicUrl: "https://purser.example.com",
  now: AT,
} as const;

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

/** Of each kind one, as the ledger keeps it. */
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

const UPGRADE: Advice = {
  upgrade: {
    plan_id: 4,
    plan_name: "Enterprise",
    price_monthly: 199,
    reason: "Enterprise has unlimited Gemini API calls.",
    url: "https://app.example.com/upgrade?plan=enterprise",
  },
};
const CHEAPER: Advice = {
  cheaper_model: {
    provider: "gemini",
    model: "gemini-2.5-flash-lite",
    instead_of: "gemini-2.5-flash",
    saving_percent: 60,
  },
};

/** As it goes to the operator's own channels. */
export const SAMPLES: Readonly<Record<EventType, Message>> = {
  "alert.threshold": alert(ADA, { kind: "threshold", facts: FACTS.threshold }, UPGRADE),
  "alert.limit_reached": alert(ADA, { kind: "limit_reached", facts: FACTS.limit_reached }, CHEAPER),
  "alert.projected": alert(ADA, { kind: "projected", facts: FACTS.projected }),
  "alert.sudden_rise": alert(ADA, { kind: "sudden_rise", facts: FACTS.sudden_rise }),
  "alert.error_rate": alert(ADA, { kind: "error_rate", facts: FACTS.error_rate }),
  "operator.threshold": alert(null, { kind: "threshold", facts: OPERATOR_LIMIT }),
  "operator.limit_reached": alert(null, {
    kind: "limit_reached",
    facts: { ...OPERATOR_LIMIT, threshold: 100, used: "2000000000000" },
  }),
  "operator.unpriced": alert(null, { kind: "unpriced", facts: FACTS.unpriced }),
  "operator.audit_difference": alert(null, {
    kind: "audit_difference",
    facts: FACTS.audit_difference,
  }),
  "operator.dead_letter": alert(null, { kind: "dead_letter", facts: FACTS.dead_letter }),
  "operator.provider_outage": alert(null, {
    kind: "provider_outage",
    facts: FACTS.provider_outage,
  }),
  "operator.negative_margin": alert(
    null,
    { kind: "negative_margin", facts: FACTS.negative_margin },
    null,
    ADA,
  ),
  "operator.retirement_failed": alert(null, {
    kind: "retirement_failed",
    facts: FACTS.retirement_failed,
  }),
  "subscription.changed": composeMessage(
    {
      kind: "subscription",
      event: "subscription.changed",
      at: AT,
      customerId: ADA.id,
      revision: 2,
      change: "change_plan",
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
    { ...READING, customer: ADA },
  ),
  // As src/api/try-channel.ts makes it.
  "channel.test": {
    id: "test-7a1f0c52-3a0e-4a51-9a35-0d8f0b0a6c11",
    event: "channel.test",
    at: AT,
    reader: "operator",
    severity: "info",
    customer: null,
    words: channelTestWords("Ops"),
    details: { channel_id: 3, channel: "Ops" },
  },
};

/** `whose` null: the deployment's; `about`: whom it is about all the same. */
function alert(
  whose: Customer | null,
  told: Told,
  advice: Advice | null = null,
  about: Customer | null = whose,
): Message {
  const { kind } = told;
  const part = whose === null ? "operator" : "alert";
  const notice = {
    kind: "alert",
    // The table above has each under the name that it makes, which a test checks.
    event: `${part}.${kind}` as EventType,
    at: AT,
    customerId: whose?.id ?? null,
    alertId: 41,
    severity: alertClass(told).severity,
    told,
    periodStart: instant(Date.parse("2026-04-01T00:00:00Z")),
    advice,
  } as const;
  return composeMessage(notice, { ...READING, customer: about });
}
