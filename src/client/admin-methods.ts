/** What the operator does, as methods of the client; they need an admin key. */
import type { BodyIn, QueryIn } from "../api/contract/endpoint.ts";
import { readOverview } from "../api/contract/endpoints/overview.ts";
import * as performance from "../api/contract/endpoints/performance.ts";
import * as prices from "../api/contract/endpoints/prices.ts";
import * as subscriptions from "../api/contract/endpoints/subscriptions.ts";
import * as upkeep from "../api/contract/endpoints/upkeep.ts";
import type { Call } from "./ask-endpoint.ts";

export function adminMethods(call: Call) {
  return {
    ...deployment(call),
    ...priceBook(call),
    ...subscribers(call),
  };
}

function deployment(call: Call) {
  return {
    overview: (query: QueryIn<typeof readOverview> = {}) => call(readOverview, { query }),
    performance: (query: QueryIn<typeof performance.readPerformance> = {}) =>
      call(performance.readPerformance, { query }),
    objectives: () => call(performance.readObjectives),
    setObjectives: (body: BodyIn<typeof performance.setObjectives>) =>
      call(performance.setObjectives, { body }),
    /** One part; go on with `next_cursor` while `has_more`. */
    audit: (body: BodyIn<typeof upkeep.auditLedger> = {}) => call(upkeep.auditLedger, { body }),
    /** One part; go on with `next_cursor` while `has_more`. */
    detachMonth: (body: BodyIn<typeof upkeep.detachMonth>) => call(upkeep.detachMonth, { body }),
  };
}

function priceBook(call: Call) {
  return {
    prices: (query: QueryIn<typeof prices.listPrices> = {}) => call(prices.listPrices, { query }),
    addPrice: (body: BodyIn<typeof prices.addPrice>) => call(prices.addPrice, { body }),
    applyPrices: (body: BodyIn<typeof prices.applyPrices>) => call(prices.applyPrices, { body }),
    updatePrices: (body: BodyIn<typeof prices.updatePrices>) => call(prices.updatePrices, { body }),
    /** One part; go on with `next_cursor` while `has_more`. */
    reratePrices: (body: BodyIn<typeof prices.reratePrices>) => call(prices.reratePrices, { body }),
  };
}

function subscribers(call: Call) {
  return {
    pauseSubscription: (id: string) => call(subscriptions.pauseSubscription, { params: { id } }),
    reportPaymentFailed: (id: string, body: BodyIn<typeof subscriptions.reportPaymentFailed>) =>
      call(subscriptions.reportPaymentFailed, { params: { id }, body }),
    reportPaymentReceived: (id: string) =>
      call(subscriptions.reportPaymentReceived, { params: { id } }),
    /** `plan` is its id or slug. */
    migrateSubscribers: (plan: string, body: BodyIn<typeof subscriptions.migrateSubscribers>) =>
      call(subscriptions.migrateSubscribers, { params: { id: plan }, body }),
  };
}
