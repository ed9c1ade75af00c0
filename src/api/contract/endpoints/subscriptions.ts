/** What a customer is subscribed to, and everything that changes it. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { status } from "../subscription.ts";
import {
  cancelIn,
  changePage,
  changePlanIn,
  invoicePage,
  migrated,
  migrateIn,
  ownSubscription,
  pageQuery,
  paymentFailedIn,
  planChange,
  renewalPage,
  resumeIn,
  subscribed,
  subscribeIn,
  subscription,
} from "../subscriptions.ts";

const CUSTOMERS = { audience: "customer", tag: "subscriptions" } as const;

export const getSubscription = endpoint({
  ...CUSTOMERS,
  method: "GET",
  path: "/api/subscription/user/:user_id/subscription",
  summary: "A customer's subscription, and the plan that holds now",
  query: noQuery,
  body: noBody,
  answer: ownSubscription,
});

export const getStatus = endpoint({
  ...CUSTOMERS,
  method: "GET",
  path: "/api/subscription/status/:user_id",
  summary: "Whether a customer may use the product now, and on which plan",
  query: noQuery,
  body: noBody,
  answer: status,
});

export const subscribe = endpoint({
  ...CUSTOMERS,
  method: "POST",
  path: "/api/subscription/subscribe/:user_id",
  summary: "Subscribes a customer to a plan, or changes the plan of one who is subscribed",
  description:
    "A customer's own key takes a free plan; a paid one is 402 `payment_required`. A service or admin key grants any plan, and may begin with a trial.",
  query: noQuery,
  body: subscribeIn,
  answer: subscribed,
  errors: ["payment_required", "plan_unknown", "conflict"],
});

export const cancel = endpoint({
  ...CUSTOMERS,
  method: "POST",
  path: "/api/subscription/cancel/:user_id",
  summary: "Cancels a subscription, at the end of its period or at once",
  query: noQuery,
  body: cancelIn,
  answer: subscription,
  errors: ["conflict"],
});

export const resume = endpoint({
  ...CUSTOMERS,
  method: "POST",
  path: "/api/subscription/resume/:user_id",
  summary: "Undoes what is scheduled for the period's end, or ends a pause",
  query: noQuery,
  body: resumeIn,
  answer: subscription,
  errors: ["payment_required", "conflict"],
});

export const changePlan = endpoint({
  ...CUSTOMERS,
  method: "POST",
  path: "/api/subscription/change-plan/:user_id",
  summary: "Changes plan or cycle now or at the period's end, or says what that would come to",
  query: noQuery,
  body: changePlanIn,
  answer: planChange,
  errors: ["payment_required", "plan_unknown", "conflict"],
});

export const renewalHistory = endpoint({
  ...CUSTOMERS,
  method: "GET",
  path: "/api/subscription/renewal-history/:user_id",
  summary: "The periods that a customer's subscriptions began, newest first",
  query: pageQuery,
  body: noBody,
  answer: renewalPage,
});

export const billingHistory = endpoint({
  ...CUSTOMERS,
  method: "GET",
  path: "/api/subscription/billing-history/:user_id",
  summary: "A customer's invoices: none, as long as there is no payment provider",
  query: pageQuery,
  body: noBody,
  answer: invoicePage,
});

export const subscriptionChanges = endpoint({
  ...CUSTOMERS,
  method: "GET",
  path: "/api/subscription/user/:user_id/changes",
  summary: "Each change of a customer's subscription, newest first",
  query: pageQuery,
  body: noBody,
  answer: changePage,
});

export const pauseSubscription = endpoint({
  method: "POST",
  path: "/api/admin/customers/:id/pause",
  audience: "service",
  tag: "admin",
  summary: "Pauses a subscription: the default plan holds, and nothing renews",
  query: noQuery,
  body: noBody,
  answer: subscription,
  errors: ["conflict"],
});

export const reportPaymentFailed = endpoint({
  method: "POST",
  path: "/api/admin/customers/:id/payment-failed",
  audience: "admin",
  tag: "admin",
  summary: "Notes a missing payment: the plan is kept for the grace time, then calls are refused",
  query: noQuery,
  body: paymentFailedIn,
  answer: subscription,
  errors: ["conflict"],
});

export const reportPaymentReceived = endpoint({
  method: "POST",
  path: "/api/admin/customers/:id/payment-received",
  audience: "admin",
  tag: "admin",
  summary: "Notes that the missing payment came: the subscription is active again",
  query: noQuery,
  body: noBody,
  answer: subscription,
  errors: ["conflict"],
});

export const migrateSubscribers = endpoint({
  method: "POST",
  path: "/api/admin/plans/:id/migrate",
  audience: "admin",
  tag: "admin",
  summary: "Moves the subscribers of an older version of a plan to its newest",
  query: noQuery,
  body: migrateIn,
  answer: migrated,
  errors: ["plan_unknown"],
});
