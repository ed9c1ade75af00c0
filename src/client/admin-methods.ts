/** What the operator does, as methods of the client; they need an admin key. */
import type { BodyIn, QueryIn } from "../api/contract/endpoint.ts";
import * as archives from "../api/contract/endpoints/archives.ts";
import { listArchives } from "../api/contract/endpoints/archives.ts";
import { readAuditLog } from "../api/contract/endpoints/audit-log.ts";
import * as customers from "../api/contract/endpoints/customers.ts";
import * as keys from "../api/contract/endpoints/keys.ts";
import * as limitLifts from "../api/contract/endpoints/limit-lifts.ts";
import * as operation from "../api/contract/endpoints/operation.ts";
import { readOverview } from "../api/contract/endpoints/overview.ts";
import * as performance from "../api/contract/endpoints/performance.ts";
import * as plans from "../api/contract/endpoints/plans-admin.ts";
import * as prices from "../api/contract/endpoints/prices.ts";
import * as subscriptions from "../api/contract/endpoints/subscriptions.ts";
import { readProviders, readSystem } from "../api/contract/endpoints/system.ts";
import * as upkeep from "../api/contract/endpoints/upkeep.ts";
import type { Call, Open } from "./ask-endpoint.ts";
import { noticeMethods } from "./notice-methods.ts";

export function adminMethods(call: Call, open: Open) {
  return {
    ...customerBook(call),
    ...limitLiftBook(call),
    ...keyRing(call),
    ...planBook(call),
    ...deployment(call),
    ...priceBook(call),
    ...subscribers(call),
    ...noticeMethods(call),
    ...archiveFiles(call, open),
  };
}

function customerBook(call: Call) {
  return {
    createCustomer: (body: BodyIn<typeof customers.createCustomer>) =>
      call(customers.createCustomer, { body }),
    /** One page; go on with `next_cursor`. */
    customers: (query: QueryIn<typeof customers.listCustomers> = {}) =>
      call(customers.listCustomers, { query }),
    customer: (id: string) => call(customers.getCustomer, { params: { id } }),
    editCustomer: (id: string, body: BodyIn<typeof customers.editCustomer>) =>
      call(customers.editCustomer, { params: { id }, body }),
    /** Cannot be undone: the person is forgotten, the sums stay. */
    eraseCustomer: (id: string) => call(customers.eraseCustomer, { params: { id } }),
    /** The one answer that holds the new key's text. */
    createCustomerKey: (id: string, body: BodyIn<typeof customers.createCustomerKey>) =>
      call(customers.createCustomerKey, { params: { id }, body }),
  };
}

function limitLiftBook(call: Call) {
  return {
    /** Raises or lowers one limit of the customer until a date. */
    liftLimit: (id: string, body: BodyIn<typeof limitLifts.createLimitLift>) =>
      call(limitLifts.createLimitLift, { params: { id }, body }),
    /** The newest first, past ones too. */
    limitLifts: (id: string) => call(limitLifts.listLimitLifts, { params: { id } }),
    endLimitLift: (id: string, lift: number) =>
      call(limitLifts.endLimitLift, { params: { id, lift_id: String(lift) } }),
  };
}

function keyRing(call: Call) {
  return {
    keys: (query: QueryIn<typeof keys.listKeys> = {}) => call(keys.listKeys, { query }),
    /** The one answer that holds the new key's text. */
    createKey: (body: BodyIn<typeof keys.createKey>) => call(keys.createKey, { body }),
    revokeKey: (id: string) => call(keys.revokeKey, { params: { id } }),
    rotateKey: (id: string, body: BodyIn<typeof keys.rotateKey> = {}) =>
      call(keys.rotateKey, { params: { id }, body }),
  };
}

/** A plan goes by its id or its slug. */
function planBook(call: Call) {
  return {
    plans: () => call(plans.listAllPlans),
    createPlan: (body: BodyIn<typeof plans.createPlan>) => call(plans.createPlan, { body }),
    /** Makes a new version; who is subscribed stays on theirs. */
    editPlan: (plan: string, body: BodyIn<typeof plans.editPlan>) =>
      call(plans.editPlan, { params: { id: plan }, body }),
    planVersions: (plan: string) => call(plans.listPlanVersions, { params: { id: plan } }),
    applyPlans: (body: BodyIn<typeof plans.applyPlans>) => call(plans.applyPlans, { body }),
  };
}

function deployment(call: Call) {
  return {
    limits: () => call(operation.getDeploymentLimits),
    setLimits: (body: BodyIn<typeof operation.setDeploymentLimits>) =>
      call(operation.setDeploymentLimits, { body }),
    denials: (query: QueryIn<typeof operation.listDenials> = {}) =>
      call(operation.listDenials, { query }),
    auditLog: (query: QueryIn<typeof readAuditLog> = {}) => call(readAuditLog, { query }),
    /** Only where the test clock is on. */
    setClock: (now: string) => call(operation.setClock, { body: { now } }),
    overview: (query: QueryIn<typeof readOverview> = {}) => call(readOverview, { query }),
    system: () => call(readSystem),
    providers: () => call(readProviders),
    performance: (query: QueryIn<typeof performance.readPerformance> = {}) =>
      call(performance.readPerformance, { query }),
    objectives: () => call(performance.readObjectives),
    setObjectives: (body: BodyIn<typeof performance.setObjectives>) =>
      call(performance.setObjectives, { body }),
    /** One part; go on with `next_cursor` while `has_more`. */
    audit: (body: BodyIn<typeof upkeep.auditLedger> = {}) => call(upkeep.auditLedger, { body }),
    /** One part; go on with `next_cursor` while `has_more`. */
    detachMonth: (body: BodyIn<typeof upkeep.detachMonth>) => call(upkeep.detachMonth, { body }),
    archives: () => call(listArchives),
  };
}

function priceBook(call: Call) {
  return {
    prices: (query: QueryIn<typeof prices.listPrices> = {}) => call(prices.listPrices, { query }),
    /** Whose calls are counted at $0. */
    unpricedModels: () => call(prices.listUnpricedModels),
    addPrice: (body: BodyIn<typeof prices.addPrice>) => call(prices.addPrice, { body }),
    applyPrices: (body: BodyIn<typeof prices.applyPrices>) => call(prices.applyPrices, { body }),
    updatePrices: (body: BodyIn<typeof prices.updatePrices>) => call(prices.updatePrices, { body }),
    /** One part; go on with `next_cursor` while `has_more`. */
    reratePrices: (body: BodyIn<typeof prices.reratePrices>) => call(prices.reratePrices, { body }),
  };
}

function archiveFiles(call: Call, open: Open) {
  return {
    archives: () => call(archives.listArchives),
    /** Gzipped JSON lines. Read `body` to its end: where that throws, the file is not whole. */
    downloadArchive: (month: string, signal?: AbortSignal) =>
      open(archives.downloadArchive, { params: { month }, signal }),
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
