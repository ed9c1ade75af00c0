/** Finds who is told of what: a customer's own address, and the channels that want it. */
import type { Customer } from "../access/customers.ts";
import { type CustomerAlertKind, type EventType, isWanted } from "../core/alerts/event-types.ts";
import type { AlertPreferences } from "../insights/alert-preferences.ts";
import type { Channel } from "./channel-row.ts";

export interface Addressee {
  /** As `deliveries.receiver` names it. */
  readonly receiver: string;
  /** null: the customer's own address. */
  readonly channelId: number | null;
}

/** Whom it is about, and what they wish; null: the deployment. */
export type About = {
  readonly customer: Customer;
  readonly preferences: AlertPreferences;
} | null;

/**
 * The customer's own mail first, then channels in the order they were made. Paused channels are left out. Which sorts of
 * channel a customer allows holds for their own, not for the operator's.
 */
export function receiversOf(
  event: EventType,
  about: About,
  among: { readonly channels: readonly Channel[]; readonly sendsMail: boolean },
): Addressee[] {
  const own = about !== null && among.sendsMail && wantsMail(event, about);
  const channels = among.channels.filter((channel) => takes(channel, event, about));
  return [
    ...(own ? [{ receiver: `customer:${about.customer.id}`, channelId: null }] : []),
    ...channels.map(({ id }) => ({ receiver: `channel:${id}`, channelId: id })),
  ];
}

/** Does that customer want mails of this at their own address? */
export function wantsMail(event: EventType, about: NonNullable<About>): boolean {
  const kind = mailKindOf(event);
  const { customer, preferences } = about;
  if (kind === null || customer.email === undefined || !preferences.channels.email) return false;
  return !preferences.unsubscribed.includes(kind);
}

/** Does it go there now? */
export function takes(channel: Channel, event: EventType, about: About): boolean {
  if (channel.pausedAt !== null || !isWanted(event, channel.events)) return false;
  if (channel.customerId === null) return true;
  return (
    about !== null &&
    channel.customerId === about.customer.id &&
    about.preferences.channels[channel.kind]
  );
}

/** What of it a customer can unsubscribe from; null: it is not mailed to customers. */
export function mailKindOf(event: EventType): CustomerAlertKind | null {
  switch (event) {
    case "alert.threshold":
      return "threshold";
    case "alert.limit_reached":
      return "limit_reached";
    case "alert.projected":
      return "projected";
    case "alert.sudden_rise":
      return "sudden_rise";
    case "alert.error_rate":
      return "error_rate";
    default:
      return null;
  }
}
