/** What a customer is subscribed to, and everything that changes it, as methods of the client. */
import type { BodyIn, QueryIn } from "../api/contract/endpoint.ts";
import * as subscriptions from "../api/contract/endpoints/subscriptions.ts";
import type { Call } from "./ask-endpoint.ts";

type Page = QueryIn<typeof subscriptions.renewalHistory>;

export function subscriptionMethods(call: Call) {
  return {
    /** The subscription, null on the default plan, and the plan that holds now. */
    subscription: (userId: string) =>
      call(subscriptions.getSubscription, { params: { user_id: userId } }),
    /** May they use the product now. */
    status: (userId: string) => call(subscriptions.getStatus, { params: { user_id: userId } }),
    /** A paid plan by a customer's own key is `payment_required`, with `details.checkout_url`. */
    subscribe: (userId: string, body: BodyIn<typeof subscriptions.subscribe>) =>
      call(subscriptions.subscribe, { params: { user_id: userId }, body }),
    /** With `preview: true` nothing changes; the lines say what it would come to. */
    changePlan: (userId: string, body: BodyIn<typeof subscriptions.changePlan>) =>
      call(subscriptions.changePlan, { params: { user_id: userId }, body }),
    /** At the end of the period unless `at` is `now`. */
    cancel: (userId: string, body: BodyIn<typeof subscriptions.cancel> = {}) =>
      call(subscriptions.cancel, { params: { user_id: userId }, body }),
    resume: (userId: string, body: BodyIn<typeof subscriptions.resume> = {}) =>
      call(subscriptions.resume, { params: { user_id: userId }, body }),
    renewalHistory: (userId: string, query: Page = {}) =>
      call(subscriptions.renewalHistory, { params: { user_id: userId }, query }),
    billingHistory: (userId: string, query: Page = {}) =>
      call(subscriptions.billingHistory, { params: { user_id: userId }, query }),
    subscriptionChanges: (userId: string, query: Page = {}) =>
      call(subscriptions.subscriptionChanges, { params: { user_id: userId }, query }),
  };
}
