/** Writes a message as the body of a webhook, the same bytes whenever it is sent again. */
import { formatInstant } from "../../core/instant.ts";
import type { Message } from "../message.ts";
import { shownFacts } from "./shown-facts.ts";

/**
 * JSON of `{type, timestamp, data}`, as docs/webhooks.md describes it. Of `details`, `facts` are an alert's as the
 * ledger keeps them (see core/alerts/alert-facts.ts); what else is there goes out as it is.
 */
export function webhookBody(message: Message): string {
  const { words, customer, details, percent, link } = message;
  const { facts, ...others } = details;
  return JSON.stringify({
    type: message.event,
    timestamp: formatInstant(message.at),
    data: {
      severity: message.severity,
      customer: customer && { user_id: customer.userId, name: customer.name },
      title: words.title,
      message: words.message,
      next: words.next,
      action: words.action,
      percent,
      link: link && { label: link.label, url: link.url },
      ...others,
      ...(facts === undefined ? {} : { facts: shownFacts(facts) }),
    },
  });
}
