/** What telling needs from outside; `server/` supplies it. */
import type { Customer } from "../../access/customers.ts";
import type { Advice, Told } from "../../core/alerts/alert-facts.ts";
import type { CustomerAlertKind } from "../../core/alerts/event-types.ts";
import type { CustomerId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Store } from "../../store/store.ts";
import type { Channels } from "../channel-store.ts";
import type { Deliver, Target } from "../message.ts";

/** The alert of a customer or of the deployment that advice is wanted for. */
export interface AdvisedAlert {
  readonly customerId: string;
  readonly told: Told;
  readonly periodStart: Instant;
}

export type DeliveryOutcome = "sent" | "failed" | "dead" | "dropped";

export interface OutboxPorts {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "look" | "raise">;
  /** Ledger time: all that is due is due by it. */
  readonly clock: { now(): Instant };
  /** The same on all nodes of one database, and another on others. */
  readonly installation: string;
  readonly customers: { findById(id: CustomerId): Promise<Customer | null> };
  readonly channels: Pick<Channels, "list" | "read" | "targetOf">;
  readonly advise: (alert: AdvisedAlert) => Promise<Advice>;
  readonly deliver: Deliver;
  /** false: no mail server is set up, so customers get no mails. */
  readonly sendsMail: boolean;
  readonly unsubscribeUrl: (customerId: CustomerId, kind: CustomerAlertKind) => string;
  /** Where browsers reach this server, without a slash at the end. */
  readonly publicUrl: string;
  /** Does sending fall to this node now? */
  readonly mayRun: () => boolean;
  /** Told of each attempt's end. */
  readonly counted: (of: {
    readonly kind: Target["kind"];
    readonly outcome: DeliveryOutcome;
  }) => void;
  readonly onFault: (fault: unknown, during: string) => void;
}
