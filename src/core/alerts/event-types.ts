/** What can be told to people and programs, by name: kinds of alerts, and the events that channels subscribe to. */

/** About one customer's own use; told to the customer and to the operator. Customers unsubscribe from mails by these. */
export const CUSTOMER_ALERT_KINDS = [
  "threshold",
  "limit_reached",
  "projected",
  "sudden_rise",
  "error_rate",
] as const;

/** About the deployment: limits of its own, and what needs a hand. Told to the operator only. */
export const OPERATOR_ALERT_KINDS = [
  "threshold",
  "limit_reached",
  "unpriced",
  "audit_difference",
  "dead_letter",
  "provider_outage",
  "negative_margin",
  "retirement_failed",
] as const;

export type CustomerAlertKind = (typeof CUSTOMER_ALERT_KINDS)[number];
export type OperatorAlertKind = (typeof OPERATOR_ALERT_KINDS)[number];
export type AlertKind = CustomerAlertKind | OperatorAlertKind;

/** All of them, each once. */
export const ALERT_KINDS = [
  ...new Set<AlertKind>([...CUSTOMER_ALERT_KINDS, ...OPERATOR_ALERT_KINDS]),
];

export const EVENT_TYPES = [
  ...CUSTOMER_ALERT_KINDS.map((kind) => `alert.${kind}` as const),
  ...OPERATOR_ALERT_KINDS.map((kind) => `operator.${kind}` as const),
  "subscription.changed",
  "channel.test",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What a channel may ask for: one type, all of one part, or all. A test goes to whom it is for, asked or not. */
export const EVENT_PATTERNS = [
  "*",
  "alert.*",
  "operator.*",
  "subscription.*",
  ...EVENT_TYPES.filter((type) => type !== "channel.test"),
] as const;

export function isWanted(type: EventType, patterns: readonly string[]): boolean {
  const [part] = type.split(".");
  return patterns.includes("*") || patterns.includes(`${part}.*`) || patterns.includes(type);
}
