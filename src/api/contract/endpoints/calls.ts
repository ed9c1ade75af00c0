/** For applications that call the providers themselves: holds, and usage told after the fact. */
import {
  eventsAnswer,
  eventsIn,
  released,
  releaseIn,
  reservation,
  reservationIn,
  settleIn,
  usageEvent,
} from "../calls.ts";
import { endpoint } from "../endpoint.ts";
import { noQuery } from "../envelope.ts";

const CALLS = { method: "POST", audience: "service", tag: "calls", query: noQuery } as const;

/** Bodies of a thousand events with providers' answers in them. */
const EVENTS_BODY_BYTES_MAX = 32 * 1024 * 1024;

export const reserve = endpoint({
  ...CALLS,
  path: "/api/subscription/reservations",
  summary: "Holds the most a call can use against every limit; a refusal is 429",
  body: reservationIn,
  answer: reservation,
  errors: [
    "limit_reached",
    "limit_held",
    "not_included",
    "price_unknown",
    "subscription_expired",
    "enforcement_unavailable",
    "conflict",
    "already_settled",
  ],
  examples: {
    body: {
      id: "job-4711",
      user_id: "ada",
      provider: "openai",
      model: "gpt-4o-mini",
      operation: "chat",
      input_tokens: 1_200,
      max_output_tokens: 800,
      ttl_seconds: 300,
    },
    answer: {
      reservation_id: "019ab1c2-7e70-7cc1-8a3f-6f1c3f0b2d11",
      granted: true,
      held: { calls: 1, tokens: 2_000, input_tokens: 1_200, output_tokens: 800, cost: 0.00066 },
      expires_at: "2026-04-01T12:05:00.000Z",
    },
  },
});

export const settle = endpoint({
  ...CALLS,
  path: "/api/subscription/reservations/:id/settle",
  summary: "Ends a hold with what was really used; sent again, the first answer returns",
  body: settleIn,
  answer: usageEvent,
  errors: ["conflict", "enforcement_unavailable"],
  examples: { body: { usage: { input: 1_150, output: 420 }, status_code: 200, latency_ms: 1_830 } },
});

export const release = endpoint({
  ...CALLS,
  path: "/api/subscription/reservations/:id/release",
  summary: "Ends a hold whose call was never made",
  body: releaseIn,
  answer: released,
  errors: ["already_settled", "conflict", "enforcement_unavailable"],
});

export const recordEvents = endpoint({
  ...CALLS,
  path: "/api/subscription/usage/:user_id/events",
  summary: "Records calls made elsewhere; each id counts once, however often it is sent",
  body: eventsIn,
  answer: eventsAnswer,
  bodyBytesMax: EVENTS_BODY_BYTES_MAX,
  errors: ["enforcement_unavailable"],
  examples: {
    body: {
      events: [
        {
          id: "job-4711",
          timestamp: "2026-04-01T12:00:00Z",
          provider: "openai",
          model: "gpt-4o-mini",
          usage: { input: 1_150, output: 420 },
          tags: { team: "search" },
        },
      ],
    },
    answer: { recorded: 1, duplicates: 0, rejected: [] },
  },
});
