/** What is told, before it is a mail, a webhook, a Slack post or a line of the log; and where it goes. */
import type { EventType } from "../core/alerts/event-types.ts";
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Figure } from "../core/messages/alert-figures.ts";

/** The same words on every channel, as plain sentences. */
export interface Words {
  /** What happened, in a few words. */
  readonly title: string;
  /** What happened and how much is used. */
  readonly message: string;
  /** What happens next, and when. */
  readonly next?: string;
  /** What to do: the upgrade with its price, or the cheaper model. */
  readonly action?: string;
}

export interface Message {
  /** The same whenever it is sent again: the receiver drops repeats by it. */
  readonly id: string;
  readonly event: EventType;
  /** When it happened, by ledger time. */
  readonly at: Instant;
  /** Who reads it: of a customer's alert the operator is told in the third person's name. */
  readonly reader: "customer" | "operator";
  readonly severity: "info" | "warning" | "error";
  /** Whom it is about; null: the deployment. */
  readonly customer: {
    readonly id: CustomerId;
    readonly userId: string;
    readonly name?: string;
  } | null;
  readonly words: Words;
  /** How much of the limit is used, 0 to 100 and above; absent where nothing is measured so. */
  readonly percent?: number;
  readonly link?: { readonly label: string; readonly url: string };
  /** The same in figures, for a table; left out where there are none (core/messages/alert-figures.ts). */
  readonly figures?: readonly Figure[];
  /** The event's own fields, as docs/webhooks.md describes them. JSON. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Where one message goes. */
export type Target =
  | {
      readonly kind: "webhook";
      readonly url: string;
      /** Newest first; during a rotation two. Each begins with `whsec_`. */
      readonly secrets: readonly string[];
    }
  | { readonly kind: "slack"; readonly url: string }
  | {
      readonly kind: "email";
      readonly to: string;
      /** To be told no more of this kind; absent for the operator's own channels. */
      readonly unsubscribeUrl?: string;
    }
  | { readonly kind: "log" };

/** What became of one attempt. */
export type Attempt =
  | { readonly kind: "sent"; readonly status?: number }
  | {
      readonly kind: "failed";
      /** A sentence for the operator, without secrets. */
      readonly reason: string;
      /** The receiver's HTTP or SMTP status. */
      readonly status?: number;
      /** The receiver asked for that pause. */
      readonly retryAfterMs?: number;
      /** Trying again cannot help: the address is refused, or the message is. */
      readonly isFinal?: boolean;
    };

/** Makes one attempt. Never throws for what the receiver does; ends within its own time limit, or when `signal` says so. */
export type Deliver = (message: Message, target: Target, signal: AbortSignal) => Promise<Attempt>;
