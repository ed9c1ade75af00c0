/** What each kind of message is called, to a person. */
import type { EventType } from "../alerts/event-types.ts";

const WORDS: Readonly<Record<EventType, string>> = {
  "alert.threshold": "A notice of a customer's use",
  "alert.limit_reached": "A notice that a customer reached a limit",
  "alert.projected": "A notice that a customer will reach a limit",
  "alert.sudden_rise": "A notice of a customer's sudden rise",
  "alert.error_rate": "A notice that a customer's calls fail",
  "operator.threshold": "A notice of all customers' use",
  "operator.limit_reached": "A notice that a limit of all customers is reached",
  "operator.unpriced": "A notice of a model without a price",
  "operator.audit_difference": "A notice of sums that differ from the log",
  "operator.dead_letter": "A notice of a message that could not be delivered",
  "operator.provider_outage": "A notice that a provider's calls fail",
  "operator.negative_margin": "A notice of a customer who costs more than they pay",
  "operator.retirement_failed": "A notice of events that could not be archived",
  "subscription.changed": "A notice of a changed subscription",
  "channel.test": "A test message",
};

/** `event`: of EVENT_TYPES; another is called a message. */
export function eventWords(event: string): string {
  return isEvent(event) ? WORDS[event] : "A message";
}

function isEvent(event: string): event is EventType {
  return Object.hasOwn(WORDS, event);
}
