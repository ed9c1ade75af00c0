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
});

export const settle = endpoint({
  ...CALLS,
  path: "/api/subscription/reservations/:id/settle",
  summary: "Ends a hold with what was really used; sent again, the first answer returns",
  body: settleIn,
  answer: usageEvent,
  errors: ["conflict", "enforcement_unavailable"],
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
});
