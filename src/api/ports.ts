/** What the REST API needs from outside; `server/` supplies it. */
import type { IncomingMessage } from "node:http";
import type { Callers } from "../access/callers.ts";
import type { Customer, Customers } from "../access/customers.ts";
import type { Keys } from "../access/keys.ts";
import type { Sessions } from "../access/sessions.ts";
import type { Channels } from "../alerts/channel-store.ts";
import type { Unsubscribing } from "../alerts/mail/unsubscribing.ts";
import type { Deliver } from "../alerts/message.ts";
import type { Subscriptions } from "../billing/subscriptions.ts";
import type { CallRequest, Denial } from "../call/call.ts";
import type { Upgrade } from "../call/limit-error.ts";
import type { CallId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { CallScope } from "../core/limits/limit.ts";
import type { PlanChange } from "../core/plans/diff-plans.ts";
import type { PlanDefinition, PlanVersion } from "../core/plans/plan.ts";
import type { ModelAlternatives } from "../core/recommendations/model-alternatives.ts";
import type { BillingCycle } from "../core/subscriptions/subscription.ts";
import type { LiveHub } from "../insights/live/live-hub.ts";
import type { AlertPorts } from "../insights/show-alerts.ts";
import type { Ledger, UsageEvent } from "../ledger/ledger.ts";
import type { DetachMonth } from "../ledger/month-to-detach.ts";
import type { LivePriceBook } from "../prices/live-price-book.ts";
import type { Archives } from "../retention/archives.ts";
import type { Statement, Store } from "../store/store.ts";
import type { AnswerOf } from "./contract/endpoint.ts";
import type { readSystem } from "./contract/endpoints/system.ts";
import type { RecentRequests } from "./recent-requests.ts";

export type Dialect = CallRequest["dialect"];

export interface Readiness {
  readonly ready: boolean;
  /** What was looked at: `ok`, or what is wrong with it. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface PlansPort {
  /** Current versions, cheapest first; in memory. */
  all(): readonly PlanVersion[];
  /** Writes new versions and the statements `alongside` them in one transaction; `dryRun` only says what would change. */
  apply(
    definitions: readonly PlanDefinition[],
    options: { dryRun: boolean; at: Instant; alongside?: readonly Statement[] },
  ): Promise<readonly PlanChange[]>;
  /** Makes a plan that is not there yet. Throws `conflict` where it is. */
  create(
    definition: PlanDefinition,
    options: { at: Instant; alongside: readonly Statement[] },
  ): Promise<PlanVersion>;
}

/** How messages leave. */
export interface NoticesPort {
  readonly deliver: Deliver;
  /** false: no mail server is set up. */
  readonly sendsMail: boolean;
  /** Throws `invalid_request` (`url`) for an address that is never asked, such as one in the operator's own network. */
  checkReceiverUrl(url: string): void;
  /** Messages are due: on the node that sends, they go now. */
  wake(): void;
}

/** What is known of the installation beyond the database's rows. */
export interface SystemPort {
  /** Real time, also with a test clock. */
  readonly startedAt: Instant;
  uptimeSeconds(): number;
  readonly database: "sqlite" | "postgresql";
  databaseBytes(): Promise<number>;
  nodes(): Promise<System["nodes"]>;
  lastBackup(): System["last_backup"];
  /** Whole months of events that stay; null: all. */
  readonly keptMonths: number | null;
}

type System = AnswerOf<typeof readSystem>;

export interface ApiPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly callers: Callers;
  /** Who is signed in to the dashboard. */
  readonly sessions: Sessions;
  readonly customers: Customers;
  readonly subscriptions: Subscriptions;
  /** Where a customer pays for a plan; null: there is no payment provider. */
  readonly checkout:
    | ((wanted: {
        readonly customer: Customer;
        readonly plan: PlanVersion;
        readonly billingCycle: BillingCycle;
      }) => Promise<string>)
    | null;
  readonly keys: Keys;
  readonly plans: PlansPort;
  readonly prices: LivePriceBook;
  /** Which cheaper models do the same work. */
  readonly modelAlternatives: readonly ModelAlternatives[];
  readonly dialects: readonly Dialect[];
  /** Names of tags that sums are kept by. */
  readonly declaredTags: readonly string[];
  /** Has the operator's credential, or needs none. */
  readonly isSetUp: (dialect: Dialect) => boolean;
  /** Where it is reached, without what follows the host. */
  readonly upstreamHost: (dialect: Dialect) => string;
  readonly clock: { now(): Instant };
  /** Sets ledger time and runs the jobs due by then; null: the test clock is off. */
  readonly setClock: ((at: Instant) => Promise<void>) | null;
  /** Takes a month of events out. */
  readonly detachMonth: DetachMonth;
  /** The files with the events of months that have left. */
  readonly archives: Archives;
  readonly newCallId: () => CallId;
  /** The most tokens that a text can be. */
  readonly inputTokensBound: (text: string, provider: string) => number;
  /** The plan that would have let a refused call through. */
  readonly upgradeFor: (denial: Denial, scope: CallScope) => Upgrade | null;
  /** What helps about an alert that was not looked for yet. */
  readonly advise: AlertPorts["advise"];
  /** Told of each event that was settled or recorded here. */
  readonly settled: (event: UsageEvent) => void;
  /** Tells what happens to a customer, as it happens. */
  readonly live: LiveHub;
  /** What this process answered in its last minutes. */
  readonly recentRequests: RecentRequests;
  readonly ready: () => Promise<Readiness>;
  /** Where alerts go. */
  readonly channels: Channels;
  readonly notices: NoticesPort;
  /** Links by which people stop one kind of mail. */
  readonly unsubscribing: Unsubscribing;
  /** Whom mails are from, by name; null: no name was set, or no mail is. */
  readonly mailSender: string | null;
  /** Counters in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  /** Did the request come through our Unix socket (mode 0600)? Then it is the administrator's. */
  readonly isLocalSocket: (request: IncomingMessage) => boolean;
  /** Origins whose pages may call the API from a browser. */
  readonly corsOrigins: readonly string[];
  readonly trustProxy: boolean;
  /** Where browsers reach this server; links that are given away begin with it. */
  readonly publicUrl: string;
  /** Where the dashboard's built files are; null: there is none. */
  readonly dashboardFolder: string | null;
  readonly version: string;
  /** Providers are simulated. */
  readonly isDemo: boolean;
  readonly system: SystemPort;
}
