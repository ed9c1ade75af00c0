/** The typed client of the REST API, for Node and for browsers: one method for each thing to ask. */
import type { z } from "zod";
import type { Endpoint, QueryIn } from "../api/contract/endpoint.ts";
import * as calls from "../api/contract/endpoints/calls.ts";
import { readInsights } from "../api/contract/endpoints/insights.ts";
import { getLimits } from "../api/contract/endpoints/limits.ts";
import { listPlans, listPricing } from "../api/contract/endpoints/plans.ts";
import { checkPreflight } from "../api/contract/endpoints/preflight.ts";
import * as subscriptions from "../api/contract/endpoints/subscriptions.ts";
import * as usage from "../api/contract/endpoints/usage.ts";
import { type AdminClient, adminClient } from "./admin-client.ts";
import { type AskOptions, askEndpoint, openEndpoint, type SentTo } from "./ask-endpoint.ts";
import { fetchTransport, type Transport } from "./transport.ts";

export interface ClientOptions {
  /** Where Purser is, e.g. `http://127.0.0.1:8787`. */
  readonly baseUrl?: string;
  /** A customer's, service or admin key; left out: only what is public. */
  readonly key?: string;
  /** Whom a service or admin key acts for, where a path names nobody. */
  readonly customer?: string;
  /** How long to wait for an answer; left out: 30 seconds. */
  readonly timeoutMs?: number;
  /** In place of the global one. */
  readonly fetch?: typeof fetch;
  /** In place of HTTP with `fetch`, e.g. through a Unix socket. */
  readonly transport?: Transport;
}

/** Asks any endpoint of the contract. */
export type Call = <One extends Endpoint>(
  endpoint: One,
  ...sent: SentTo<One>
) => Promise<z.output<One["answer"]>>;

export type PurserClient = ReturnType<typeof createClient>;

const TIMEOUT_MS = 30_000;

/** Every method throws PurserError where Purser refuses, does not answer in time, or cannot be reached. */
export function createClient(options: ClientOptions) {
  const asking = askOptionsOf(options);
  const call: Call = (endpoint, ...sent) => askEndpoint(asking, endpoint, ...sent);
  /** The answer unread: for CSV, exports and streams. */
  const open = <One extends Endpoint>(endpoint: One, ...sent: SentTo<One>): Promise<Response> =>
    openEndpoint(asking, endpoint, ...sent);
  return {
    call,
    open,
    ...customerPages(call),
    ...subscriptionChanges(call),
    ...callsElsewhere(call),
    admin: adminClient(call) satisfies AdminClient,
  };
}

function askOptionsOf(options: ClientOptions): AskOptions {
  const { baseUrl = "", key, customer, timeoutMs = TIMEOUT_MS } = options;
  return {
    transport: options.transport ?? fetchTransport(baseUrl, options.fetch),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      // A header holds Latin letters only, so anything else goes as it goes in a path.
      ...(customer === undefined ? {} : { "x-purser-customer": encodeURIComponent(customer) }),
    },
    timeoutMs,
  };
}

/** What a customer reads. */
function customerPages(call: Call) {
  return {
    /** The plans that are sold, by price. No key is needed. */
    plans: () => call(listPlans),
    /** What models cost now. No key is needed. */
    pricing: (query: QueryIn<typeof listPricing> = {}) => call(listPricing, { query }),
    usage: (userId: string, query: QueryIn<typeof usage.getUsage> = {}) =>
      call(usage.getUsage, { params: { user_id: userId }, query }),
    trends: (userId: string, query: QueryIn<typeof usage.getTrends> = {}) =>
      call(usage.getTrends, { params: { user_id: userId }, query }),
    breakdown: (userId: string, query: QueryIn<typeof usage.getBreakdown>) =>
      call(usage.getBreakdown, { params: { user_id: userId }, query }),
    dashboard: (userId: string, query: QueryIn<typeof usage.getDashboard> = {}) =>
      call(usage.getDashboard, { params: { user_id: userId }, query }),
    /** Each limit with what is used, held and left of it. */
    limits: (userId: string) => call(getLimits, { params: { user_id: userId } }),
    insights: (userId: string, query: QueryIn<typeof readInsights> = {}) =>
      call(readInsights, { params: { user_id: userId }, query }),
  };
}
